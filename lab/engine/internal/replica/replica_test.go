package replica

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"zeebe-chaos/lab/engine/internal/raftlog"
)

func TestFirstElectionLandsOnThePrimary(t *testing.T) {
	for _, primary := range []int{0, 2} {
		t.Run(fmt.Sprint(primary), func(t *testing.T) {
			c := newCluster(t, 0, 1, 2)
			c.primary = primary
			begun := time.Now()
			c.start(0, 1, 2)
			if leader := c.leader(); leader != primary {
				t.Errorf("node %d is expected to lead, and node %d does", primary, leader)
			}
			c.allReady()
			t.Logf("ready after %v", time.Since(begun))
		})
	}
}

func TestProposalsAreAnsweredAndReplicated(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	leader := c.leader()
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := c.propose(leader, fmt.Sprint("entry ", i)); err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	c.allReady()
	if got := len(c.converge()); got != 200 {
		t.Errorf("200 entries are expected, and there are %d", got)
	}
	follower := (leader + 1) % 3
	var notLeader *NotLeaderError
	if err := c.propose(follower, "x"); !errors.As(err, &notLeader) || notLeader.Leader != leader {
		t.Errorf("a follower is expected to name node %d, and answers: %v", leader, err)
	}
}

func TestKilledLeaderIsReplacedAndDoesNotWinAgainAtOnce(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	killed := c.leader()
	c.mustPropose(killed, 5, "before")
	c.allReady()
	for range 3 {
		killed = c.leader()
		begun := time.Now()
		c.kill(killed)
		c.start(killed)
		leader := c.leader()
		took := time.Since(begun)
		if leader == killed {
			t.Fatalf("node %d was killed, and is expected not to lead at once, and does", killed)
		}
		if took > 5*testElection {
			t.Errorf("a leader is expected within %v, and took %v", 5*testElection, took)
		}
		c.mustPropose(leader, 1, "after")
		c.allReady()
		c.converge()
	}
}

func TestAReplicaThatReturnsDoesNotVoteBeforeItIsLongBack(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	leader := c.leader()
	c.mustPropose(leader, 5, "before")
	c.allReady()
	c.kill((leader + 1) % 3)
	c.kill(leader)
	returned := time.Now()
	c.start(leader)
	// The third replica needs the vote of the one that has just returned.
	next := c.leader()
	if took := time.Since(returned); took < holdBack*testElection {
		t.Errorf("node %d is expected to be elected after %v, and was after %v", next, holdBack*testElection, took)
	}
}

func TestALeaderThatLeavesHasNoPartInItsSuccession(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	leader := c.leader()
	c.mustPropose(leader, 5, "before")
	c.allReady()
	stays := (leader + 2) % 3
	c.kill((leader + 1) % 3)
	ctx, cancel := context.WithTimeout(context.Background(), 10*testElection)
	defer cancel()
	if err := c.nodes[leader].replica.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if status := c.nodes[stays].replica.Status(); status.Role == Leader || status.Leader == stays {
		t.Errorf("one of three is expected not to lead, and does: %+v", status)
	}
}

func TestWholeGroupRestarts(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	c.mustPropose(c.leader(), 20, "entry")
	// One that has nothing on disk yet would come back as a member whose folder was lost, without a vote.
	c.converge()
	for n := range 3 {
		c.kill(n)
	}
	c.start(0, 1, 2)
	for n := range 3 {
		// Nobody is let go for having waited long enough.
		r := c.nodes[n].replica
		r.do(r.background, func() { r.holdUntil = time.Now().Add(time.Hour) })
	}
	c.leader()
	c.allReady()
	if got := len(c.converge()); got != 20 {
		t.Errorf("20 entries are expected, and there are %d", got)
	}
}

func TestTermAndVoteAreOnDiskBeforeTheyCount(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	leader := c.leader()
	term := c.nodes[leader].replica.Status().Term
	votes := 0
	for n := range 3 {
		c.kill(n)
		log, err := raftlog.Open(raftlog.Options{Dir: c.folder(n), Partition: 1, SegmentSize: 4096, Logger: c.logger()})
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close()
		if meta := log.Meta(); meta.Term == term && meta.Vote == raftID(leader) {
			votes++
		}
	}
	if votes < 2 {
		t.Errorf("a majority is expected to remember its vote for node %d in term %d, and %d do", leader, term, votes)
	}
}

func TestMinorityCannotCommit(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	leader := c.leader()
	c.kill((leader + 1) % 3)
	c.kill((leader + 2) % 3)
	if err := c.propose(leader, "lost"); !errors.Is(err, ErrOutcomeUnknown) {
		t.Errorf("%v is expected, and was: %v", ErrOutcomeUnknown, err)
	}
	c.eventually("the leader resigns", func() bool {
		return !c.nodes[leader].machine.isLeading() && c.nodes[leader].replica.Status().Role != Leader
	})
	if status := c.nodes[leader].replica.Status(); status.Ready || status.Why == "" {
		t.Errorf("a minority is expected not to be ready and to say why: %+v", status)
	}
	var notLeader *NotLeaderError
	if err := c.propose(leader, "x"); !errors.As(err, &notLeader) {
		t.Errorf("a *NotLeaderError is expected, and was: %v", err)
	}
	if len(c.nodes[leader].machine.all()) != 0 {
		t.Error("nothing is expected to be applied")
	}
}

func TestTransferAndClose(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	leader := c.leader()
	c.allReady()
	to := (leader + 1) % 3
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.nodes[leader].replica.TransferTo(ctx, to); err != nil {
		t.Fatal(err)
	}
	c.eventually("the node leads", func() bool { return c.nodes[to].machine.isLeading() })
	var notLeader *NotLeaderError
	if err := c.nodes[leader].replica.TransferTo(ctx, to); !errors.As(err, &notLeader) {
		t.Errorf("a *NotLeaderError is expected, and was: %v", err)
	}
	if err := c.nodes[to].replica.TransferTo(ctx, 7); err == nil {
		t.Error("a transfer to a stranger is expected to fail")
	}
	c.mustPropose(to, 3, "entry")
	begun := time.Now()
	if err := c.nodes[to].replica.Close(ctx); err != nil {
		t.Fatal(err)
	}
	c.kill(to)
	c.leader()
	if took := time.Since(begun); took > testElection {
		t.Errorf("handing over is expected to take less than an election time-out, and took %v", took)
	}
}

func TestKillUnderLoadLosesNothingAcknowledged(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	acknowledged := map[string]bool{}
	for round := range 3 {
		leader := c.leader()
		c.allReady()
		replica := c.nodes[leader].replica
		ctx, cancel := context.WithCancel(context.Background())
		var mu sync.Mutex
		var wg sync.WaitGroup
		for worker := range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for i := 0; ctx.Err() == nil; i++ {
					entry := fmt.Sprintf("round %d worker %d entry %d", round, worker, i)
					if _, err := replica.Propose(ctx, []byte(entry)); err != nil {
						return
					}
					mu.Lock()
					acknowledged[entry] = true
					mu.Unlock()
				}
			}()
		}
		c.eventually("entries are acknowledged", func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(acknowledged) > 200*(round+1)
		})
		c.kill(leader)
		cancel()
		wg.Wait()
		c.start(leader)
	}
	c.leader()
	c.allReady()
	times := map[string]int{}
	for _, entry := range c.converge() {
		times[entry]++
	}
	for entry := range acknowledged {
		if times[entry] != 1 {
			t.Errorf("%q was acknowledged and is there %d times", entry, times[entry])
		}
	}
}

func (c *cluster) takeSnapshot(n int) Status {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.nodes[n].replica.TakeSnapshot(ctx); err != nil {
		c.t.Fatal(err)
	}
	return c.nodes[n].replica.Status()
}

func TestSameLogGivesSameSnapshot(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	c.mustPropose(c.leader(), 300, "entry of some length, so that the log has several segments")
	c.converge()
	c.allReady()
	var texts [3]string
	for n := range 3 {
		status := c.takeSnapshot(n)
		if status.FirstIndex == 1 || status.FirstIndex > status.SnapshotIndex-margin+1 {
			t.Errorf("the log is expected to be compacted with a margin of %d: %+v", margin, status)
		}
		sums, err := os.ReadFile(filepath.Join(c.folder(n), "snapshots", status.SnapshotID+".checksum"))
		if err != nil {
			t.Fatal(err)
		}
		texts[n] = status.SnapshotID + string(sums)
		whole, _ := filepath.Glob(filepath.Join(c.folder(n), "*-1.log"))
		if len(whole) > 0 {
			t.Errorf("the first segment is expected to be gone: %v", whole)
		}
	}
	if texts[0] != texts[1] || texts[1] != texts[2] {
		t.Errorf("equal snapshots are expected: %q", texts)
	}
}

func TestSnapshotsAreTakenPeriodically(t *testing.T) {
	c := newCluster(t, 0)
	c.period = 50 * time.Millisecond
	c.start(0)
	c.mustPropose(c.leader(), 3, "entry")
	c.eventually("a snapshot of all entries", func() bool {
		status := c.nodes[0].replica.Status()
		return status.SnapshotIndex == status.Applied
	})
}

func TestFailingDiskStopsTheReplica(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	leader := c.leader()
	c.allReady()
	r := c.nodes[leader].replica
	r.do(r.background, func() { r.log.Close() })
	if err := c.propose(leader, "entry"); !errors.Is(err, ErrOutcomeUnknown) {
		t.Errorf("%v is expected, and was: %v", ErrOutcomeUnknown, err)
	}
	<-r.stopped
	if status := r.Status(); status.Ready || status.Role != Inactive || !strings.Contains(status.Why, "the replica has stopped") {
		t.Errorf("a replica that has stopped and says why is expected: %+v", status)
	}
	var notLeader *NotLeaderError
	if err := c.propose(leader, "entry"); !errors.As(err, &notLeader) {
		t.Errorf("a *NotLeaderError is expected, and was: %v", err)
	}
	if c.nodes[leader].machine.isLeading() {
		t.Error("the machine is expected to be told that it does not lead")
	}
	delete(c.nodes, leader)
	c.leader()
}

func TestFollowerThatIsFarBehindGetsTheSnapshot(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	leader := c.leader()
	c.allReady()
	away := (leader + 1) % 3
	c.kill(away)
	c.mustPropose(leader, 300, "entry of some length, so that the log has several segments")
	snapshot := c.takeSnapshot(leader)
	c.start(away)
	c.allReady()
	if status := c.nodes[away].replica.Status(); status.SnapshotIndex != snapshot.SnapshotIndex || status.FirstIndex != status.SnapshotIndex+1 {
		t.Errorf("the leader's snapshot is expected, and was not installed: %+v", status)
	}
	c.converge()
	c.kill(away)
	c.start(away)
	c.allReady()
	c.converge()
}

func TestDamagedSnapshotIsRefusedAndHealed(t *testing.T) {
	c := newCluster(t, 0, 1, 2)
	c.start(0, 1, 2)
	leader := c.leader()
	c.mustPropose(leader, 300, "entry of some length, so that the log has several segments")
	c.converge()
	follower := (leader + 1) % 3
	status := c.takeSnapshot(follower)
	c.takeSnapshot(leader)
	c.kill(follower)
	file := filepath.Join(c.folder(follower), "snapshots", status.SnapshotID, "000001.sst")
	aside := filepath.Join(c.dir, "aside")
	if err := os.Rename(file, aside); err != nil {
		t.Fatal(err)
	}
	err := c.open(follower)
	var damaged *DamagedError
	if !errors.As(err, &damaged) {
		t.Fatalf("a *DamagedError is expected, and was: %v", err)
	}
	text := err.Error()
	at := strings.Index(text, "snapshot")
	if at < 0 || !strings.Contains(text[at:], "corrupt") || !strings.Contains(text, status.SnapshotID) ||
		!strings.Contains(text, "000001.sst is missing") || strings.Contains(text, "\n") {
		t.Errorf("the error does not say what is wrong on one line: %s", text)
	}
	if err := os.Rename(aside, file); err != nil {
		t.Fatal(err)
	}
	c.start(follower)
	c.allReady()
	c.kill(follower)
	c.wipe(follower)
	c.start(follower)
	c.allReady()
	c.converge()
}

func TestDamagedSnapshotIsReplacedByAWholeLog(t *testing.T) {
	c := newCluster(t, 0)
	c.start(0)
	c.leader()
	c.mustPropose(0, 3, "entry")
	status := c.takeSnapshot(0)
	c.kill(0)
	if err := os.Remove(filepath.Join(c.folder(0), "snapshots", status.SnapshotID, "000001.sst")); err != nil {
		t.Fatal(err)
	}
	c.start(0)
	c.leader()
	if got := c.nodes[0].machine.all(); len(got) != 3 {
		t.Errorf("3 entries are expected, and there are %d", len(got))
	}
	if status := c.nodes[0].replica.Status(); status.SnapshotID != "" {
		t.Errorf("the corrupt snapshot is expected to be discarded, and %s is there", status.SnapshotID)
	}
}
