// Package partition joins a replica of the raft log with the state machine, and does what its leader has to do: answer
// clients, carry out what is due, and send what other partitions are to know.
package partition

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/processing"
	"zeebe-chaos/lab/engine/internal/replica"
	"zeebe-chaos/lab/engine/internal/transport"
)

// mostInFlight bounds the commands of clients that a leader has taken and not answered: beyond it they are refused, so that
// those before them are answered in time.
const mostInFlight = 1000

// ErrBusy says that a leader has too much to do; the command was certainly not carried out.
var ErrBusy = errors.New("the partition has too many commands in flight")

// ErrOutcomeUnknown says that a command may have been carried out, and may yet be.
var ErrOutcomeUnknown = replica.ErrOutcomeUnknown

// NotLeaderError says that another broker leads; the command was certainly not carried out.
type NotLeaderError = replica.NotLeaderError

// Options are what a partition is opened with.
type Options struct {
	Number, Partitions, Node int
	Members                  []int // the node ids of all replicas
	Primary                  int   // the broker that should lead
	DataDir                  string
	SegmentSize              int64 // bytes
	SnapshotPeriod           time.Duration
	HeartbeatInterval        time.Duration
	ElectionTimeout          time.Duration
	Transport                *transport.Transport
	// Send brings a command to the leader of another partition; nil once that has applied it.
	Send   func(ctx context.Context, to int, deliver command.Deliver) error
	Logger *slog.Logger
}

// Partition is this broker's replica of a partition.
type Partition struct {
	options  Options
	logger   *slog.Logger
	replica  *replica.Replica
	inFlight atomic.Int64
	// wasHealthy says that the replica has been healthy since its start.
	wasHealthy atomic.Bool

	mutex   sync.Mutex // guards what follows
	machine *processing.Machine
	// stopLeading ends what the leader does; nil where another one leads.
	stopLeading context.CancelFunc
	results     map[int64]chan processing.Completed
	jobs        notices
	outbox      chan struct{}
}

// Folder is where a broker keeps its replica of a partition: Zeebe's layout.
func Folder(dataDir string, number int) string {
	return filepath.Join(dataDir, "raft-partition", "partitions", strconv.Itoa(number))
}

// Open opens the replica that a broker has of a partition, or founds it; *replica.DamagedError where its files cannot be
// trusted.
func Open(options Options) (*Partition, error) {
	p := &Partition{
		options: options,
		logger:  options.Logger.With("partition", options.Number),
		machine: processing.New(options.Number, options.Partitions),
		results: map[int64]chan processing.Completed{},
		jobs:    notices{},
		outbox:  make(chan struct{}, 1),
	}
	opened, err := replica.Open(replica.Options{
		Partition: options.Number, Node: options.Node, Members: options.Members, Primary: options.Primary,
		Dir: Folder(options.DataDir, options.Number), SegmentSize: options.SegmentSize, SnapshotPeriod: options.SnapshotPeriod,
		HeartbeatInterval: options.HeartbeatInterval, ElectionTimeout: options.ElectionTimeout,
		Transport: options.Transport, Machine: replicated{p}, Logger: options.Logger,
	})
	if err != nil {
		return nil, err
	}
	p.replica = opened
	return p, nil
}

// Execute has a command carried out and returns its answer. Errors: *NotLeaderError and ErrBusy, which say that nothing was
// done; ErrOutcomeUnknown and the context's, which do not. A CreateInstance with AwaitResult is answered when the instance
// has completed.
func (p *Partition) Execute(ctx context.Context, c *command.Command) (*command.Answer, error) {
	if underPressure(c) {
		if p.inFlight.Add(1) > mostInFlight {
			p.inFlight.Add(-1)
			return nil, ErrBusy
		}
		defer p.inFlight.Add(-1)
	}
	answer, err := p.propose(ctx, c)
	if err != nil || answer.Rejection != nil || c.CreateInstance == nil || !c.CreateInstance.AwaitResult {
		return answer, err
	}
	return p.awaitResult(ctx, answer)
}

// underPressure says whether a command is new work; what ends work or belongs to another partition is always taken.
func underPressure(c *command.Command) bool {
	return c.Deliver == nil && c.CompleteJob == nil && c.FailJob == nil && c.YieldJob == nil &&
		(c.CreateInstance == nil || !c.CreateInstance.AwaitResult)
}

func (p *Partition) propose(ctx context.Context, c *command.Command) (*command.Answer, error) {
	stamped := *c
	stamped.At = time.Now().UnixMilli()
	entry, err := command.Encoding.Marshal(&stamped)
	if err != nil {
		return nil, fmt.Errorf("a command is expected to be encoded: %w", err)
	}
	answer, err := p.replica.Propose(ctx, entry)
	if err != nil {
		return nil, err
	}
	return answer.(*command.Answer), nil
}

func (p *Partition) awaitResult(ctx context.Context, answer *command.Answer) (*command.Answer, error) {
	key := answer.Instance.Key
	p.mutex.Lock()
	result := p.results[key]
	p.mutex.Unlock()
	if result == nil { // leadership was lost in between
		return nil, ErrOutcomeUnknown
	}
	defer func() {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		delete(p.results, key)
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case completed, open := <-result:
		switch {
		case !open:
			return nil, ErrOutcomeUnknown
		case completed.Cancelled:
			return command.Reject(command.InvalidState, "Expected instance '%d' to complete, but it was cancelled", key), nil
		}
		instance := *answer.Instance
		instance.Result = completed.Variables
		return &command.Answer{Key: key, Instance: &instance}, nil
	}
}

// TransferTo hands leadership to another replica.
func (p *Partition) TransferTo(ctx context.Context, node int) error {
	return p.replica.TransferTo(ctx, node)
}

// TakeSnapshot has this replica take a snapshot; it returns before that is there.
func (p *Partition) TakeSnapshot(ctx context.Context) error { return p.replica.TakeSnapshot(ctx) }

// Close hands leadership over if this replica has it, and stops; the context bounds the former.
func (p *Partition) Close(ctx context.Context) error {
	err := p.replica.Close(ctx)
	p.leadershipChanged(false)
	return err
}
