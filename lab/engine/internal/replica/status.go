package replica

import (
	"fmt"
	"time"

	"zeebe-chaos/lab/engine/internal/raftlog"
	"zeebe-chaos/lab/engine/internal/snapshot"
	"zeebe-chaos/lab/engine/internal/transport"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
)

// Role is the part that a replica has at the moment.
type Role string

const (
	// Leader replicas accept proposals.
	Leader Role = "leader"
	// Follower replicas have heard from a leader since their start.
	Follower Role = "follower"
	// Inactive replicas have not heard from a leader since their start, or have stopped.
	Inactive Role = "inactive"
)

// Status is what can be said of a replica at one moment.
type Status struct {
	Role          Role
	Term          uint64
	Leader        int // node; NoNode if it is not known
	Commit        uint64
	Applied       uint64
	FirstIndex    uint64 // of the log
	LastIndex     uint64
	SnapshotID    string // empty if there is none
	SnapshotIndex uint64
	Ready         bool   // it leads with its state current, or follows and has applied what the leader has committed
	Why           string // it is not ready
}

// told is what a leader said.
type told struct {
	leader, term, commit uint64
}

// readiness is what a replica knows of how far behind its leader it is.
type readiness struct {
	heard    time.Time // when a leader was heard last
	told     told      // the newest
	target   uint64    // a commit index that the leader told, to be reached
	since    time.Time // when it was told
	caughtUp bool      // a target was reached, and the leader was heard without a gap since
}

func (s *readiness) hasHeard() bool { return !s.heard.IsZero() }

// observeLeader notes what a message tells of the leader and its commit index.
func (r *Replica) observeLeader(m transport.Message) {
	fromLeader := m.Raft.Type == pb.MsgApp || m.Raft.Type == pb.MsgHeartbeat || m.Raft.Type == pb.MsgSnap
	if status := r.node.BasicStatus(); !fromLeader || status.Lead != m.Raft.From || status.Term != m.Raft.Term {
		return
	}
	now, s := time.Now(), &r.readiness
	if now.Sub(s.heard) > r.ElectionTimeout {
		s.caughtUp, s.target = false, 0
	}
	s.heard = now
	if m.Commit == 0 {
		return
	}
	s.told = told{leader: m.Raft.From, term: m.Raft.Term, commit: m.Commit}
	// While entries flow, the newest commit index is always a little ahead: each target is kept until it is reached.
	if s.target == 0 || r.applied.Index >= s.target && m.Commit > s.target {
		s.target, s.since = m.Commit, now
	}
}

func (r *Replica) observeProgress() {
	if r.readiness.target > 0 && r.applied.Index >= r.readiness.target {
		r.readiness.caughtUp = true
	}
}

// view is what Status needs of the replica's goroutine.
type view struct {
	status    Status
	readiness readiness
	leads     bool // announced
	at        time.Time
	reason    string // it cannot be ready, whatever else
}

// publish makes the present state visible to Status.
func (r *Replica) publish() {
	raftStatus := r.node.BasicStatus()
	v := &view{readiness: r.readiness, leads: r.leadership.announced, at: time.Now()}
	v.status = Status{
		Role: Inactive, Term: raftStatus.Term, Leader: NoNode,
		Commit: raftStatus.Commit, Applied: r.applied.Index,
		FirstIndex: r.log.FirstIndex(), LastIndex: r.log.LastIndex(),
	}
	if raftStatus.Lead != raft.None {
		v.status.Leader = nodeOf(raftStatus.Lead)
	}
	if id := r.store.Newest(); id != (snapshot.ID{}) {
		v.status.SnapshotID, v.status.SnapshotIndex = id.String(), id.Index
	}
	stopped := false
	select {
	case <-r.stop:
		stopped = true
	default:
	}
	switch meta := r.meta(); {
	case r.failedBy != nil:
		v.reason = fmt.Sprintf("the replica has stopped: %v", r.failedBy)
	case stopped:
		v.reason = "the replica was stopped"
	case meta.Membership == raftlog.New:
		v.reason = "the folder is empty, and not all other members have said yet what they have"
	case meta.Membership == raftlog.Joining && !r.group.answered:
		v.reason = "the folder was empty, the group has data, and not all other members have said yet what they have"
	case meta.Membership == raftlog.Joining:
		v.reason = "the folder was empty, and the replica is being caught up"
	}
	if v.leads {
		v.status.Role = Leader
	} else if r.readiness.hasHeard() || raftStatus.RaftState == raft.StateLeader {
		v.status.Role = Follower
	}
	if stopped || r.failedBy != nil {
		v.status.Role, v.status.Leader = Inactive, NoNode
	}
	r.view.Store(v)
}

// Status returns the replica's present state; it never blocks.
func (r *Replica) Status() Status {
	v := r.view.Load()
	status := v.status
	status.Why = v.whyNotReady(time.Now(), r.ElectionTimeout)
	status.Ready = status.Why == ""
	return status
}

func (v *view) whyNotReady(now time.Time, electionTimeout time.Duration) string {
	s := v.readiness
	switch {
	case v.reason != "":
		return v.reason
	case now.Sub(v.at) > electionTimeout:
		return fmt.Sprintf("the replica has not moved for %v: its disk may hang", now.Sub(v.at).Round(time.Millisecond))
	case v.leads:
		return ""
	case !s.hasHeard():
		return "no leader was heard since the start"
	case now.Sub(s.heard) > electionTimeout:
		return fmt.Sprintf("no leader was heard for %v", now.Sub(s.heard).Round(time.Millisecond))
	case v.status.Leader == NoNode:
		return "no leader is known"
	case s.target == 0:
		return "the leader has not said yet what is committed"
	case v.status.Applied < s.target && (!s.caughtUp || now.Sub(s.since) > electionTimeout):
		return fmt.Sprintf("applied %d of the %d entries that the leader has committed", v.status.Applied, s.target)
	}
	return ""
}
