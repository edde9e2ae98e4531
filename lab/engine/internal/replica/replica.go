// Package replica replicates the state machine of one partition with raft.
//
// All of a replica's work is done on one goroutine: raft, the log, the machine. What comes from elsewhere (messages, proposals,
// requests) is handed to it over channels. Snapshots are captured there and written beside it.
package replica

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"zeebe-chaos/lab/engine/internal/raftlog"
	"zeebe-chaos/lab/engine/internal/snapshot"
	"zeebe-chaos/lab/engine/internal/transport"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
)

// Machine is the replicated state machine of one partition; its methods are called from one goroutine.
type Machine interface {
	// Apply carries out a committed entry. It must be deterministic; the value answers the proposer on this node.
	Apply(index uint64, entry []byte) any
	// Capture returns an immutable view of the state at once.
	Capture() Capture
	// Restore replaces the state by the files that Capture.Write made.
	Restore(dir string) error
	// LeaderChanged says that this replica begins or ceases to lead; when it begins, its state is current. It must return quickly.
	LeaderChanged(leading bool)
}

// Capture is an immutable view of a machine's state.
type Capture interface {
	// Write writes the state's files to an existing, empty folder; it may run beside later calls of Machine.Apply.
	Write(dir string) error
}

// Options say what a replica is part of.
type Options struct {
	Partition         int
	Node              int
	Members           []int // nodes of all replicas of the partition
	Primary           int   // the node that leads first
	Dir               string
	SegmentSize       int64         // bytes of a log segment
	SnapshotPeriod    time.Duration // 0 for snapshots on request only
	HeartbeatInterval time.Duration
	ElectionTimeout   time.Duration // a leader that was not heard for once to twice as long is replaced
	Transport         *transport.Transport
	Machine           Machine
	Logger            *slog.Logger
}

// Replica is this node's copy of one partition.
type Replica struct {
	Options
	id       uint64 // raft's name for this node
	log      *raftlog.Log
	store    *snapshot.Store
	started  time.Time
	inbox    chan envelope
	lost     chan int // nodes that messages are being lost to
	proposed chan *proposal
	commands chan func()
	stop     chan struct{}
	stopOnce sync.Once
	stopped  chan struct{}
	view     atomic.Pointer[view]

	background    context.Context // of sending snapshots and asking others; ends with the replica
	endBackground context.CancelFunc
	running       sync.WaitGroup

	// What follows belongs to the replica's goroutine.
	node        *raft.RawNode
	hard        pb.HardState // raft's newest; its commit index may be newer than the one on disk
	applied     snapshot.ID  // the last entry that was applied
	proposals   proposals
	group       group
	leadership  leadership
	readiness   readiness
	snapshots   snapshots
	transfers   []*transfer
	failedBy    error // what makes the replica stop, or has made it stop
	holdUntil   time.Time
	leaving     bool      // it hands leadership over for good
	lastAttempt time.Time // to become the first leader
}

// holdBack is for how many election time-outs a replica that has returned is held back at most: members that were not restarted
// have noticed after two that a leader is gone, and have elected another after a few attempts more.
const holdBack = 4

type envelope struct {
	from    int
	message transport.Message
}

// Open starts a replica with what is in its folder, which may be empty. It returns a *DamagedError if that cannot be trusted.
func Open(o Options) (*Replica, error) {
	o.Logger = o.Logger.With("partition", o.Partition)
	r := &Replica{
		Options:   o,
		id:        raftID(o.Node),
		started:   time.Now(),
		inbox:     make(chan envelope, 1024),
		lost:      make(chan int, 16),
		proposed:  make(chan *proposal, 256),
		commands:  make(chan func(), 16),
		stop:      make(chan struct{}),
		stopped:   make(chan struct{}),
		proposals: proposals{session: rand.Uint64(), waiting: map[uint64]*proposal{}},
	}
	r.background, r.endBackground = context.WithCancel(context.Background())
	if err := r.recoverState(); err != nil {
		return nil, err
	}
	if err := r.startRaft(); err != nil {
		r.log.Close()
		return nil, err
	}
	r.holdUntil = r.started.Add(holdBack * o.ElectionTimeout)
	r.group.heldBack = true
	r.snapshots.next = r.started.Add(o.SnapshotPeriod)
	r.publish()
	o.Transport.Register(o.Partition, receiver{r})
	if r.meta().Membership != raftlog.Member {
		r.spawn(r.askOthers)
	} else {
		r.spawn(r.askWhetherAllReturn)
	}
	go r.run()
	return r, nil
}

// Close hands leadership over if this replica leads, for as long as ctx allows, then stops. All that was acknowledged is on disk.
// It returns ctx's error if ctx ends before the replica has stopped; it stops all the same.
func (r *Replica) Close(ctx context.Context) error {
	r.handOver(ctx)
	r.halt()
	select {
	case <-r.stopped:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// halt makes the replica stop without handing over.
func (r *Replica) halt() { r.stopOnce.Do(func() { close(r.stop) }) }

func (r *Replica) spawn(f func()) {
	r.running.Add(1)
	go func() {
		defer r.running.Done()
		f()
	}()
}

// do runs f on the replica's goroutine and returns when it has run, and whether it has.
func (r *Replica) do(ctx context.Context, f func()) bool {
	done := make(chan struct{})
	if !r.post(ctx, func() { f(); close(done) }) {
		return false
	}
	select {
	case <-done:
		return true
	case <-ctx.Done():
	case <-r.stopped:
	}
	return false
}

// post makes f run on the replica's goroutine later; it returns false if the replica stops or ctx ends before it is accepted.
func (r *Replica) post(ctx context.Context, f func()) bool {
	select {
	case r.commands <- f:
		return true
	case <-ctx.Done():
	case <-r.stopped:
	}
	return false
}

func (r *Replica) meta() raftlog.Meta { return r.log.Meta() }

// raftID is raft's name for a node: raft has no 0.
func raftID(node int) uint64 { return uint64(node) + 1 }

func nodeOf(id uint64) int { return int(id) - 1 }

// others returns the nodes of all other replicas of the partition.
func (r *Replica) others() []int {
	var others []int
	for _, node := range r.Members {
		if node != r.Node {
			others = append(others, node)
		}
	}
	return others
}
