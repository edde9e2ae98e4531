package gateway

import (
	"context"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/directory"
	"zeebe-chaos/lab/engine/internal/wire"
)

// patience bounds what must happen at some time; it is far above what it takes.
const patience = 10 * time.Second

// broker leads the one partition whose number is one above its node; a test decides what it answers.
type broker struct {
	node      int
	addresses []string

	mu        sync.Mutex
	leads     bool
	execute   func(context.Context, *command.Command) (*command.Answer, error)
	jobs      []command.Job
	announced chan struct{} // closed and replaced when there are jobs
	waiting   int
	commands  []*command.Command
}

func (b *broker) Watch(ctx context.Context, send func(*wire.Status) error) error {
	for {
		b.mu.Lock()
		partition := wire.Partition{ID: b.node + 1, Role: wire.Leader, Term: 1, Leader: b.node, Health: wire.Healthy}
		if !b.leads {
			partition.Role, partition.Leader = wire.Follower, wire.Nobody
		}
		b.mu.Unlock()
		err := send(&wire.Status{
			Node: b.node, Host: "host", Port: 26501, Version: "test/1", ClusterName: "test", Brokers: b.addresses,
			ClusterSize: len(b.addresses), PartitionsCount: len(b.addresses), ReplicationFactor: 1, Partitions: []wire.Partition{partition},
		})
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wire.Heartbeat):
		}
	}
}

func (b *broker) Execute(ctx context.Context, partition int, c *command.Command) (*command.Answer, error) {
	b.mu.Lock()
	b.commands = append(b.commands, c)
	execute := b.execute
	b.mu.Unlock()
	if execute != nil {
		return execute(ctx, c)
	}
	if c.ActivateJobs != nil {
		return &command.Answer{Jobs: b.take(int(c.ActivateJobs.Max))}, nil
	}
	return &command.Answer{Key: int64(partition) << 51, Instance: &command.Instance{Key: int64(partition)<<51 | 1}}, nil
}

func (b *broker) AwaitJobs(ctx context.Context, _ int, _ string) error {
	b.mu.Lock()
	has, announced := len(b.jobs) > 0, b.announced
	b.waiting++
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.waiting--
	}()
	if has {
		return nil
	}
	select {
	case <-announced:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *broker) Rebalance(context.Context) ([]wire.Transfer, error) {
	return []wire.Transfer{{Partition: b.node + 1, To: 0}}, nil
}

func (b *broker) take(max int) []command.Job {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := min(max, len(b.jobs))
	taken := b.jobs[:n]
	b.jobs = b.jobs[n:]
	return taken
}

func (b *broker) offer(jobs ...command.Job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.jobs = append(b.jobs, jobs...)
	close(b.announced)
	b.announced = make(chan struct{})
}

func (b *broker) answers(execute func(context.Context, *command.Command) (*command.Answer, error)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.execute = execute
}

func (b *broker) fails(err error) {
	b.answers(func(context.Context, *command.Command) (*command.Answer, error) { return nil, err })
}

// received are the commands of one kind that came.
func (b *broker) received(is func(*command.Command) bool) (some []*command.Command) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.commands {
		if is(c) {
			some = append(some, c)
		}
	}
	return some
}

func isAny(*command.Command) bool     { return true }
func isYield(c *command.Command) bool { return c.YieldJob != nil }

func (b *broker) isAwaited() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.waiting > 0
}

// start brings up brokers, all but those named leading, a gateway, and a client of it that compresses.
func start(t *testing.T, size int, leaderless ...int) ([]*broker, *Gateway, pb.GatewayClient) {
	t.Helper()
	brokers := make([]*broker, size)
	addresses := make([]string, size)
	for i := range brokers {
		listener := listen(t)
		addresses[i] = listener.Addr().String()
		brokers[i] = &broker{node: i, addresses: addresses, leads: true, announced: make(chan struct{})}
		server := wire.NewServer(brokers[i])
		t.Cleanup(server.Stop)
		defer func() { go server.Serve(listener) }() // when all addresses are there
	}
	for _, partition := range leaderless {
		brokers[partition-1].leads = false
	}
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	cluster := directory.Open(directory.Options{Contacts: addresses, ClusterName: "test", Logger: logger})
	t.Cleanup(cluster.Close)
	g := New(Options{Cluster: cluster, Version: "test/1", Logger: logger})
	return brokers, g, serve(t, g)
}

// started is start that waits until the gateway knows all brokers.
func started(t *testing.T, size int, leaderless ...int) ([]*broker, *Gateway, pb.GatewayClient) {
	t.Helper()
	brokers, g, client := start(t, size, leaderless...)
	eventually(t, "the gateway knows all brokers", func() bool { return len(g.cluster.Topology().Brokers) == size })
	return brokers, g, client
}

func serve(t *testing.T, g *Gateway) pb.GatewayClient {
	t.Helper()
	listener := listen(t)
	go g.Serve(listener)
	t.Cleanup(func() { g.Stop(within(t, time.Second)) })
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.UseCompressor("gzip")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return pb.NewGatewayClient(connection)
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("within %v not so: %s", patience, what)
		}
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
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
