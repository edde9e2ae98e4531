package partition

import (
	"context"
	"time"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

// A command for another partition is sent at once, and again when it may have been lost: Zeebe's own constants, so that
// what is said about it holds here too (8.5: CommandRedistributor, PendingProcessMessageSubscriptionChecker).
const (
	redistributionCycle = 10 * time.Second
	longestPause        = 5 * time.Minute
	subscriptionCycle   = 30 * time.Second
	subscriptionAge     = 10 * time.Second
	// sendTimeout bounds one sending: one that hangs on a dead connection must not keep the next from being made.
	sendTimeout = 10 * time.Second
	mostSending = 64
)

// sending is what the leader knows of a command on its way; the next leader begins anew.
type sending struct {
	attempts int
	last     time.Time
	underWay bool
}

func (p *Partition) wakeOutbox() {
	select {
	case p.outbox <- struct{}{}:
	default:
	}
}

// sendOutbox brings commands to other partitions for as long as this replica leads.
func (p *Partition) sendOutbox(ctx context.Context) {
	redistribution, subscriptions := time.NewTicker(redistributionCycle), time.NewTicker(subscriptionCycle)
	defer redistribution.Stop()
	defer subscriptions.Stop()
	known := map[string]*sending{}
	ended := make(chan string, mostSending)
	slots := mostSending
	isDue := isNew
	for {
		slots -= p.sendDue(ctx, known, ended, slots, isDue)
		isDue = isNew
		select {
		case <-ctx.Done():
			return
		case <-p.outbox:
		case <-redistribution.C:
			isDue = distributionIsDue
		case <-subscriptions.C:
			isDue = subscriptionIsDue
		case index := <-ended:
			slots++
			if s := known[index]; s != nil {
				s.underWay = false
			}
		}
	}
}

type dueTest func(*sending, command.Deliver) bool

func isNew(s *sending, _ command.Deliver) bool { return s.attempts == 0 }

// sendDue sends what is due, at most slots of it, and returns how many that were. What has been acknowledged is forgotten.
func (p *Partition) sendDue(ctx context.Context, known map[string]*sending, ended chan<- string, slots int, isDue dueTest) int {
	rows := p.outgoing()
	for index := range known {
		if _, there := rows[index]; !there && !known[index].underWay {
			delete(known, index)
		}
	}
	sent := 0
	for index, row := range rows {
		s := known[index]
		if s == nil {
			s = &sending{}
			known[index] = s
		}
		if sent == slots || s.underWay || !isDue(s, row.Command) {
			continue
		}
		s.attempts, s.last, s.underWay = s.attempts+1, time.Now(), true
		sent++
		go func() {
			p.sendOne(ctx, row)
			ended <- index
		}()
	}
	return sent
}

func (p *Partition) outgoing() map[string]state.Outgoing {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	rows := map[string]state.Outgoing{}
	p.machine.State().Outbox.All(func(index string, row state.Outgoing) bool {
		rows[index] = row
		return true
	})
	return rows
}

func (p *Partition) sendOne(ctx context.Context, row state.Outgoing) {
	bounded, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := p.options.Send(bounded, row.To, row.Command); err != nil {
		if ctx.Err() == nil {
			p.logger.Info("a command for another partition did not arrive and will be sent again", "to", row.To, "error", err)
		}
		return
	}
	acknowledged := &command.Command{Acknowledge: &command.Acknowledge{To: row.To, Sequence: row.Command.Sequence}}
	// What fails is sent again, and answered as done already.
	_, _ = p.propose(ctx, acknowledged)
}
