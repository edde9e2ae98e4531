package replica

import (
	"fmt"
	"runtime/debug"
	"time"

	"go.etcd.io/raft/v3"
)

const drainLimit = 256 // messages that are taken at once, so that one write to disk serves them all

func (r *Replica) tickInterval() time.Duration { return r.HeartbeatInterval / ticksPerHeartbeat }

// run is the replica's goroutine.
func (r *Replica) run() {
	defer close(r.stopped)
	err := r.work()
	r.Transport.Register(r.Partition, nil)
	r.endBackground()
	r.leadershipLost()
	r.proposals.refuseQueued(r.proposed)
	if err != nil {
		r.failedBy = err
		r.Logger.Error("the replica has stopped: what it has on disk may not be what it has said", "error", err)
	}
	r.publish()
	r.running.Wait()
	r.log.Close()
}

// work does the replica's work until it is told to stop, or fails.
func (r *Replica) work() (err error) {
	defer func() {
		// Raft and the reading of its log have no other way to say that something is wrong. Other partitions must go on.
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%v\n%s", reason, debug.Stack())
		}
	}()
	ticker := time.NewTicker(r.tickInterval())
	defer ticker.Stop()
	for {
		select {
		case <-r.stop:
			return nil
		case <-ticker.C:
			r.tick()
		case e := <-r.inbox:
			r.receive(e)
			r.drainInbox()
		case node := <-r.lost:
			r.node.ReportUnreachable(raftID(node))
		case p := <-r.proposed:
			r.propose(p)
		case command := <-r.commands:
			command()
		}
		if err := r.settle(); err != nil {
			return err
		}
	}
}

func (r *Replica) drainInbox() {
	for range drainLimit {
		select {
		case e := <-r.inbox:
			r.receive(e)
		default:
			return
		}
	}
}

// settle carries out all that follows from what has happened.
func (r *Replica) settle() error {
	for {
		for r.node.HasReady() {
			if err := r.handleReady(r.node.Ready()); err != nil {
				return err
			}
		}
		again, err := r.reconsider()
		if err != nil {
			return err
		}
		if !again {
			break
		}
	}
	r.observeProgress()
	r.dropUnwantedSnapshot()
	r.publish()
	// Those who are answered now find what they asked for in Status.
	r.settleTransfers()
	r.answerSnapshotRequests()
	return r.failedBy
}

// reconsider looks at what raft has become; it returns whether raft has been made to do more.
func (r *Replica) reconsider() (again bool, err error) {
	r.observeLeadership()
	if r.joined() {
		return true, r.completeJoin()
	}
	if r.leadership.void {
		r.leadership.void = false
		return true, r.beginNewTerm()
	}
	return false, nil
}

// tick moves raft's clock, unless this replica must not campaign yet.
func (r *Replica) tick() {
	now := time.Now()
	if r.mayTick(now) {
		r.node.Tick()
	}
	r.seekFirstLeadership(now)
	if r.SnapshotPeriod > 0 && now.After(r.snapshots.next) {
		r.snapshots.next = now.Add(r.SnapshotPeriod)
		r.beginSnapshot()
	}
}

// mayTick holds back a replica that has just returned: while raft's clock stands it follows, but neither campaigns nor votes. A
// leader that was killed and is back at once would otherwise win against members that have yet to notice that it was gone. And
// what a follower promises a leader by not voting for others while it hears from it (raft's leases) is not on disk: one that is
// back does not know whether it has promised something. It is held back until it hears from a leader, until everybody says that
// he has just returned too, or until any such promise is long over.
func (r *Replica) mayTick(now time.Time) bool {
	if !r.isMember() {
		return false
	}
	if !r.group.heldBack {
		return true
	}
	alone := len(r.Members) == 1
	if r.readiness.hasHeard() || alone || r.node.BasicStatus().RaftState != raft.StateFollower {
		r.group.heldBack = false
	} else if now.After(r.holdUntil) {
		r.release()
	}
	if alone {
		r.campaign()
	}
	return !r.group.heldBack
}

func (r *Replica) campaign() {
	if err := r.node.Campaign(); err != nil {
		r.Logger.Debug("no election was begun", "error", err)
	}
}
