package replica

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
	"go.etcd.io/raft/v3/tracker"
)

// leadership is what a replica knows of its own time as the leader.
type leadership struct {
	term         uint64 // in which it leads; 0 if it does not
	announced    bool   // to the machine: an entry of the term was applied
	void         bool   // a member came back with an empty folder: what raft believes of it is wrong
	incarnations map[int]uint64
}

// observeLeadership notices that leadership was won or lost, and tells the machine.
func (r *Replica) observeLeadership() {
	status := r.node.BasicStatus()
	leads := status.RaftState == raft.StateLeader
	if r.leadership.term != 0 && (!leads || status.Term != r.leadership.term) {
		r.leadershipLost()
	}
	if leads && r.leadership.term == 0 {
		r.leadership = leadership{term: status.Term, incarnations: map[int]uint64{}}
	}
	if leads && !r.leadership.announced && r.applied.Term == status.Term {
		r.leadership.announced = true
		r.Logger.Info("this replica leads", "term", status.Term)
		r.Machine.LeaderChanged(true)
	}
}

func (r *Replica) leadershipLost() {
	if r.leadership.announced {
		r.Logger.Info("this replica leads no more", "term", r.leadership.term)
		r.Machine.LeaderChanged(false)
	}
	r.leadership = leadership{}
	r.proposals.giveUp()
}

// isOfAnother says whether a message to this leader comes from a folder other than the earlier ones of the same member and term
// did. What raft believes that the member has is void then, and raft has no other remedy than a new term, at whose beginning a
// leader assumes nothing.
func (l *leadership) isOfAnother(from int, incarnation uint64) bool {
	if l.term == 0 {
		return false
	}
	known, ok := l.incarnations[from]
	l.incarnations[from] = incarnation
	return ok && known != incarnation
}

// beginNewTerm restarts raft and has itself elected again at once: voters grant this as they grant a transfer.
func (r *Replica) beginNewTerm() error {
	r.Logger.Info("a member came back with an empty folder: a new term begins", "term", r.hard.Term)
	r.leadershipLost()
	if err := r.startRaft(); err != nil {
		return err
	}
	return r.node.Step(pb.Message{Type: pb.MsgTimeoutNow, From: r.id, To: r.id})
}

// transfer is a request to hand leadership to a node.
type transfer struct {
	to   uint64
	done chan error
}

// TransferTo hands leadership to a node and returns when it leads. It returns a *NotLeaderError if this replica does not lead, an
// error if the node did not take over within the election time-out, or ctx's error.
func (r *Replica) TransferTo(ctx context.Context, node int) error {
	t := &transfer{to: raftID(node), done: make(chan error, 1)}
	if !r.do(ctx, func() { r.beginTransfer(t) }) {
		return cmp.Or(ctx.Err(), error(&NotLeaderError{Leader: NoNode}))
	}
	select {
	case err := <-t.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-r.stopped:
		return errors.New("the replica was stopped while it handed leadership over")
	}
}

func (r *Replica) beginTransfer(t *transfer) {
	status := r.node.Status()
	progress, isMember := status.Progress[t.to]
	switch {
	case status.RaftState != raft.StateLeader:
		t.done <- &NotLeaderError{Leader: r.otherLeader()}
	case t.to == r.id:
		t.done <- nil
	case !isMember:
		t.done <- fmt.Errorf("transfer leadership: node %d has no replica of partition %d", nodeOf(t.to), r.Partition)
	case !progress.RecentActive || progress.State != tracker.StateReplicate:
		t.done <- fmt.Errorf("transfer leadership: node %d cannot be reached, or lags behind; try again later", nodeOf(t.to))
	default:
		r.node.TransferLeader(t.to)
		r.transfers = append(r.transfers, t)
	}
}

// settleTransfers answers the transfers that have succeeded or failed.
func (r *Replica) settleTransfers() {
	if len(r.transfers) == 0 {
		return
	}
	status := r.node.BasicStatus()
	var open []*transfer
	for _, t := range r.transfers {
		switch {
		case status.Lead == t.to:
			t.done <- nil
		case status.RaftState == raft.StateLeader && status.LeadTransferee != t.to:
			t.done <- fmt.Errorf("transfer leadership: node %d did not take over within the election time-out", nodeOf(t.to))
		case status.RaftState != raft.StateLeader && status.Lead != raft.None:
			t.done <- fmt.Errorf("transfer leadership: node %d leads now, not node %d", nodeOf(status.Lead), nodeOf(t.to))
		default:
			open = append(open, t)
		}
	}
	r.transfers = open
}

// handOver hands leadership, if this replica has it, to the member that has most of the log. The other members elect it: a vote
// of one that leaves might give them a leader that cannot do anything without it.
func (r *Replica) handOver(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, r.ElectionTimeout)
	defer cancel()
	best, match := uint64(raft.None), uint64(0)
	asked := r.do(ctx, func() {
		status := r.node.Status()
		if status.RaftState != raft.StateLeader {
			return
		}
		for id, progress := range status.Progress {
			if id != r.id && progress.RecentActive && progress.Match > match {
				best, match = id, progress.Match
			}
		}
		r.leaving = best != raft.None
	})
	if !asked || best == raft.None {
		return
	}
	begun := time.Now()
	if err := r.TransferTo(ctx, nodeOf(best)); err != nil {
		r.Logger.Warn("leadership could not be handed over", "to", nodeOf(best), "error", err)
		return
	}
	r.Logger.Info("leadership was handed over", "to", nodeOf(best), "took", time.Since(begun))
}
