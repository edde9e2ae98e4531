package partition

import (
	"context"
	"time"

	"zeebe-chaos/lab/engine/internal/command"
)

// clockTick is how often the leader looks whether something is due.
const clockTick = 25 * time.Millisecond

// keepTime has carried out what is due, for as long as this replica leads.
func (p *Partition) keepTime(ctx context.Context) {
	ticker := time.NewTicker(clockTick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if p.somethingIsDue() {
			// What fails is tried again with the next tick; what is done twice finds nothing due.
			_, _ = p.propose(ctx, &command.Command{Elapse: &command.Elapse{}})
		}
	}
}

func (p *Partition) somethingIsDue() bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	due, found := p.machine.NextDue()
	return found && due <= time.Now().UnixMilli()
}
