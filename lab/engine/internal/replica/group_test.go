package replica

import (
	"testing"
	"time"

	"zeebe-chaos/lab/engine/internal/raftlog"
	"zeebe-chaos/lab/engine/internal/transport"

	pb "go.etcd.io/raft/v3/raftpb"
)

// wiped is a cluster with entries in which one follower was killed and its folder emptied.
func wiped(t *testing.T, entries int, snapshot bool) (c *cluster, leader, follower int) {
	c = newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	leader = c.leader()
	c.allReady()
	c.mustPropose(leader, entries, "entry of some length, so that the log has several segments")
	c.converge()
	if snapshot {
		c.takeSnapshot(leader)
	}
	follower = (leader + 1) % 3
	c.kill(follower)
	c.wipe(follower)
	return c, leader, follower
}

func (c *cluster) membership(n int) raftlog.Membership {
	var membership raftlog.Membership
	c.nodes[n].replica.do(c.nodes[n].replica.background, func() { membership = c.nodes[n].replica.meta().Membership })
	return membership
}

func TestWipedReplicaIsCaughtUp(t *testing.T) {
	for name, snapshot := range map[string]bool{"by the log": false, "by a snapshot": true} {
		t.Run(name, func(t *testing.T) {
			c, leader, follower := wiped(t, 300, snapshot)
			term := c.nodes[leader].replica.Status().Term
			c.start(follower)
			c.eventually("the replica is a member", func() bool { return c.membership(follower) == raftlog.Member })
			c.allReady()
			if got := len(c.converge()); got != 300 {
				t.Errorf("300 entries are expected, and there are %d", got)
			}
			if now := c.nodes[leader].replica.Status().Term; now <= term {
				t.Errorf("a new term is expected, since the leader counted copies that are gone: %d, before %d", now, term)
			}
			c.mustPropose(c.leader(), 5, "after")
			c.converge()
			// Its word counts again: it is half of the majority that is left.
			c.kill((follower + 1) % 3)
			c.mustPropose(c.leader(), 5, "later")
		})
	}
}

// staysLeaderless watches for long enough that two elections would have been held.
func (c *cluster) staysLeaderless(n int) {
	c.t.Helper()
	for deadline := time.Now().Add(5 * testElection); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if status := c.nodes[n].replica.Status(); status.Role == Leader {
			c.t.Fatalf("no leader is expected while a voter has lost its vote: %+v", status)
		}
	}
}

func TestWipedReplicaDoesNotVoteBeforeItIsCaughtUp(t *testing.T) {
	c, leader, follower := wiped(t, 10, false)
	c.kill(leader)
	other := 3 - leader - follower
	c.start(follower)
	c.staysLeaderless(other)
	if got := c.membership(follower); got == raftlog.Member {
		t.Errorf("the replica is expected not to be a member, and is %q", got)
	}
	c.start(leader)
	c.eventually("the replica is a member", func() bool { return c.membership(follower) == raftlog.Member })
	c.allReady()
	c.converge()
}

func TestJoiningSurvivesARestart(t *testing.T) {
	c, leader, follower := wiped(t, 10, false)
	log, err := raftlog.Open(raftlog.Options{Dir: c.folder(follower), Partition: 1, SegmentSize: 4096, Logger: c.logger()})
	if err != nil {
		t.Fatal(err)
	}
	meta := log.Meta()
	meta.Membership = raftlog.Joining
	if err := log.SaveMeta(meta); err != nil {
		t.Fatal(err)
	}
	log.Close()
	c.kill(leader)
	c.start(follower)
	c.staysLeaderless(3 - leader - follower)
	if got := c.membership(follower); got != raftlog.Joining {
		t.Errorf("the replica is expected to be joining, and is %q", got)
	}
	c.start(leader)
	c.eventually("the replica is a member", func() bool { return c.membership(follower) == raftlog.Member })
	c.allReady()
	c.converge()
}

func TestGroupIsFoundedOnlyWhenAllMembersAreEmpty(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1)
	c.staysLeaderless(0)
	if status := c.nodes[0].replica.Status(); status.Role != Inactive || status.Why == "" {
		t.Errorf("an inactive replica that says why is expected: %+v", status)
	}
	c.start(2)
	if leader := c.leader(); leader != 0 {
		t.Errorf("the primary is expected to lead, and node %d does", leader)
	}
	c.allReady()
}

func TestGroupOfOne(t *testing.T) {
	c := newCluster(t, 0)
	c.start(0)
	c.mustPropose(c.leader(), 3, "entry")
	c.kill(0)
	c.start(0)
	c.leader()
	c.allReady()
	if got := len(c.nodes[0].machine.all()); got != 3 {
		t.Errorf("3 entries are expected, and there are %d", got)
	}
}

func TestAdmits(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0)
	r := c.nodes[0].replica
	message := func(kind pb.MessageType, term uint64) transport.Message {
		return transport.Message{Raft: pb.Message{Type: kind, Term: term, From: raftID(1), To: raftID(0), Commit: 9}}
	}
	joining := group{answered: true, floor: 4}
	for _, test := range []struct {
		name       string
		membership raftlog.Membership
		group      group
		from       int
		message    transport.Message
		admitted   bool
	}{
		{"a member takes requests for votes", raftlog.Member, group{}, 1, message(pb.MsgVote, 1), true},
		{"a member that has just returned takes none", raftlog.Member, group{heldBack: true}, 1, message(pb.MsgVote, 1), false},
		{"nor requests for votes to come", raftlog.Member, group{heldBack: true}, 1, message(pb.MsgPreVote, 1), false},
		{"but it follows a leader", raftlog.Member, group{heldBack: true}, 1, message(pb.MsgHeartbeat, 1), true},
		{"a stranger's message", raftlog.Member, group{}, 2, message(pb.MsgHeartbeat, 1), false},
		{"a new replica takes nothing", raftlog.New, group{}, 1, message(pb.MsgHeartbeat, 5), false},
		{"not all have answered", raftlog.Joining, group{}, 1, message(pb.MsgHeartbeat, 5), false},
		{"a leader of the floor", raftlog.Joining, joining, 1, message(pb.MsgHeartbeat, 4), true},
		{"a leader of an earlier term", raftlog.Joining, joining, 1, message(pb.MsgApp, 3), false},
		{"a request for a vote", raftlog.Joining, joining, 1, message(pb.MsgVote, 5), false},
		{"a request for a vote to come", raftlog.Joining, joining, 1, message(pb.MsgPreVote, 5), false},
		{"a request to campaign", raftlog.Joining, joining, 1, message(pb.MsgTimeoutNow, 5), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r.do(r.background, func() {
				r.saveMembership(test.membership)
				r.group = test.group
				m := test.message
				if got := r.admits(test.from, &m); got != test.admitted {
					t.Errorf("admitted: %v is expected, and is %v", test.admitted, got)
				}
				if test.membership == raftlog.Joining && test.admitted && m.Raft.Commit != 0 {
					t.Errorf("a commit index within the empty log is expected, and is %d", m.Raft.Commit)
				}
			})
		})
	}
}

func TestDecide(t *testing.T) {
	empty := holding{Membership: raftlog.New}
	founder := holding{Membership: raftlog.Member}
	voter := holding{Membership: raftlog.Member, Term: 4}
	joining := holding{Membership: raftlog.Joining}
	for _, test := range []struct {
		name    string
		others  []holding
		decided bool
		becomes raftlog.Membership
		answers bool
	}{
		{"all are empty", []holding{empty, empty}, true, raftlog.Member, false},
		{"another has founded", []holding{founder, empty}, true, raftlog.Member, false},
		{"both have data", []holding{voter, voter}, true, raftlog.Joining, true},
		{"one has voted, one is empty too", []holding{voter, empty}, false, raftlog.Joining, false},
		{"one has voted, one has lost its data too", []holding{voter, joining}, false, raftlog.Joining, false},
		{"one has lost its data, one is empty", []holding{joining, empty}, false, raftlog.Joining, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCluster(t, 0, 1, 2)
			c.start(0)
			r := c.nodes[0].replica
			r.do(r.background, func() {
				if got := r.decide(test.others); got != test.decided {
					t.Errorf("decided: %v is expected, and is %v", test.decided, got)
				}
				if got := r.meta().Membership; got != test.becomes {
					t.Errorf("%q is expected, and is %q", test.becomes, got)
				}
				if r.group.answered != test.answers {
					t.Errorf("answered: %v is expected, and is %v", test.answers, r.group.answered)
				}
			})
		})
	}
}
