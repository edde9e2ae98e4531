package partition

import "zeebe-chaos/lab/engine/internal/replica"

// Status is what a broker tells of its replica.
type Status struct {
	Number                                 int
	Role                                   string // leader, follower or inactive
	Term                                   uint64
	Leader                                 int    // node id; -1 where none is known
	Healthy                                bool   // it leads, or follows a leader and has all that this has committed
	Ready                                  bool   // it has been healthy since its start, and works
	Why                                    string // what keeps it from being healthy or ready
	SnapshotID                             string
	SnapshotIndex                          uint64
	Applied, Commit, FirstIndex, LastIndex uint64
}

// Status tells how this replica is. As with Zeebe's brokers, one that has been ready stays so without a leader: what is to be
// known of its start is known.
func (p *Partition) Status() Status {
	s := p.replica.Status()
	if s.Ready {
		p.wasHealthy.Store(true)
	}
	return Status{
		Number: p.options.Number, Role: string(s.Role), Term: s.Term, Leader: s.Leader,
		Healthy: s.Ready, Ready: p.wasHealthy.Load() && s.Role != replica.Inactive, Why: s.Why, SnapshotID: s.SnapshotID, SnapshotIndex: s.SnapshotIndex,
		Applied: s.Applied, Commit: s.Commit, FirstIndex: s.FirstIndex, LastIndex: s.LastIndex,
	}
}
