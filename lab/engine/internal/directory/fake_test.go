package directory

import (
	"context"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/wire"
)

// patience bounds what must happen at some time; it is far above what it takes.
const patience = 10 * time.Second

// fake is a broker on a real socket whose words and deeds a test decides.
type fake struct {
	address string

	mu      sync.Mutex
	server  *grpc.Server
	status  wire.Status
	told    chan struct{} // closed and replaced when the status is set
	mute    context.Context
	silence context.CancelFunc
	execute func(context.Context, *command.Command) (*command.Answer, error)
	await   func(context.Context) error
	asked   int
}

// cluster starts fakes that know each other and lead nothing; they have one replica each of one partition.
func cluster(t *testing.T, size int) []*fake {
	t.Helper()
	fakes := make([]*fake, size)
	addresses := make([]string, size)
	listeners := make([]net.Listener, size)
	for i := range fakes {
		listeners[i] = listen(t, "127.0.0.1:0")
		addresses[i] = listeners[i].Addr().String()
	}
	for i := range fakes {
		f := &fake{address: addresses[i], told: make(chan struct{})}
		f.mute, f.silence = context.WithCancel(context.Background())
		f.status = wire.Status{
			Node: i, ClusterName: "test", ClusterSize: size, PartitionsCount: 1, ReplicationFactor: size, Brokers: addresses,
			Partitions: []wire.Partition{{ID: 1, Role: wire.Follower, Leader: wire.Nobody, Health: wire.Healthy}},
		}
		f.serve(t, listeners[i])
		fakes[i] = f
	}
	return fakes
}

func (f *fake) serve(t *testing.T, listener net.Listener) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.server = wire.NewServer(f)
	go f.server.Serve(listener)
	t.Cleanup(f.server.Stop)
}

func (f *fake) stop() {
	f.mu.Lock()
	server := f.server
	f.mu.Unlock()
	server.Stop()
}

func (f *fake) restart(t *testing.T) { f.serve(t, listen(t, f.address)) }

// falls silent on the connections that there are.
func (f *fake) fallSilent() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.silence()
	f.mute, f.silence = context.WithCancel(context.Background())
}

func (f *fake) tell(change func(*wire.Status)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Partitions = append([]wire.Partition(nil), f.status.Partitions...)
	change(&f.status)
	close(f.told)
	f.told = make(chan struct{})
}

func (f *fake) says(role wire.Role, term uint64, leader int) {
	f.tell(func(s *wire.Status) {
		s.Partitions[0].Role, s.Partitions[0].Term, s.Partitions[0].Leader = role, term, leader
	})
}

func (f *fake) onExecute(execute func(context.Context, *command.Command) (*command.Answer, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.execute = execute
}

func (f *fake) answers(answer *command.Answer, err error) {
	f.onExecute(func(context.Context, *command.Command) (*command.Answer, error) { return answer, err })
}

func (f *fake) onAwait(await func(context.Context) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.await = await
}

func (f *fake) timesAsked() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

func (f *fake) Watch(ctx context.Context, send func(*wire.Status) error) error {
	f.mu.Lock()
	mute := f.mute
	f.mu.Unlock()
	for {
		f.mu.Lock()
		status, told := f.status, f.told
		f.mu.Unlock()
		if err := send(&status); err != nil {
			return err
		}
		select {
		case <-told:
		case <-time.After(wire.Heartbeat):
		case <-ctx.Done():
			return ctx.Err()
		case <-mute.Done():
			<-ctx.Done()
			return ctx.Err()
		}
	}
}

func (f *fake) Execute(ctx context.Context, _ int, c *command.Command) (*command.Answer, error) {
	f.mu.Lock()
	f.asked++
	execute := f.execute
	f.mu.Unlock()
	return execute(ctx, c)
}

func (f *fake) AwaitJobs(ctx context.Context, _ int, _ string) error {
	f.mu.Lock()
	await := f.await
	f.mu.Unlock()
	return await(ctx)
}

func (f *fake) Rebalance(context.Context) ([]wire.Transfer, error) { return nil, nil }

func open(t *testing.T, contacts ...string) *Directory {
	d := Open(Options{Contacts: contacts, ClusterName: "test", Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	t.Cleanup(d.Close)
	return d
}

// eventually waits until what the directory knows is as it should be, and returns how long that took.
func eventually(t *testing.T, d *Directory, what string, holds func() bool) time.Duration {
	t.Helper()
	start := time.Now()
	deadline := time.After(patience)
	for {
		changed := d.Changed()
		if holds() {
			return time.Since(start)
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("within %v not so: %s; the topology is %+v", patience, what, d.Topology())
		}
	}
}

func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}
