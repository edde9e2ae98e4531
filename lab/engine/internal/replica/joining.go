package replica

import (
	"time"

	"zeebe-chaos/lab/engine/internal/raftlog"
	"zeebe-chaos/lab/engine/internal/transport"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
)

// saveMembership returns false, and makes the replica stop, if it cannot be put on disk.
func (r *Replica) saveMembership(membership raftlog.Membership) bool {
	meta := r.meta()
	meta.Membership = membership
	if err := r.log.SaveMeta(meta); err != nil {
		r.failedBy = err
		return false
	}
	return true
}

// admits says whether a message may be given to raft; it may change it.
func (r *Replica) admits(from int, m *transport.Message) bool {
	if m.Raft.From != raftID(from) || m.Raft.To != r.id || r.leadership.void {
		return false
	}
	asksForVote := m.Raft.Type == pb.MsgVote || m.Raft.Type == pb.MsgPreVote
	switch r.meta().Membership {
	case raftlog.Member:
		return !asksForVote || (!r.group.heldBack && !r.leaving)
	case raftlog.New:
		return false
	}
	switch {
	case !r.group.answered || m.Raft.Term < r.group.floor:
		return false
	case asksForVote || m.Raft.Type == pb.MsgTimeoutNow:
		return false
	case m.Raft.Type == pb.MsgHeartbeat:
		// A leader that still counts lost copies tells a commit index that the log does not reach; raft would panic.
		m.Raft.Commit = min(m.Raft.Commit, r.log.LastIndex())
	}
	return true
}

// receive gives a message to raft.
func (r *Replica) receive(e envelope) {
	m := e.message
	if !r.admits(e.from, &m) {
		return
	}
	if r.leadership.isOfAnother(e.from, m.Incarnation) {
		r.leadership.void = true
		return
	}
	if err := r.node.Step(m.Raft); err != nil {
		r.Logger.Debug("raft does not take a message", "from", e.from, "type", m.Raft.Type, "error", err)
		return
	}
	r.observeLeader(m)
}

// joined says whether a replica that joins has all that is committed.
func (r *Replica) joined() bool {
	told := r.readiness.told
	return r.meta().Membership == raftlog.Joining && told.commit > 0 && told.term == r.hard.Term &&
		r.node.BasicStatus().Lead == told.leader && r.applied.Index >= told.commit
}

// completeJoin makes the replica a full member, with a vote for its leader.
func (r *Replica) completeJoin() error {
	meta := r.meta()
	r.hard.Vote = r.readiness.told.leader
	meta.Membership, meta.Term, meta.Vote, meta.Commit = raftlog.Member, r.hard.Term, r.hard.Vote, r.hard.Commit
	if err := r.log.SaveMeta(meta); err != nil {
		return err
	}
	r.Logger.Info("this replica is caught up and votes from now on", "applied", r.applied.Index, "term", r.hard.Term)
	return r.startRaft() // which reads its vote only then
}

// seekFirstLeadership makes the primary of a new group its leader as soon as others can be reached.
func (r *Replica) seekFirstLeadership(now time.Time) {
	status := r.node.BasicStatus()
	if status.Lead != raft.None {
		r.group.founding = false
	}
	undecided := status.RaftState == raft.StateFollower || status.RaftState == raft.StatePreCandidate
	if r.group.founding && r.Node == r.Primary && undecided && now.Sub(r.lastAttempt) >= attemptPeriod {
		r.lastAttempt = now
		r.campaign()
	}
}
