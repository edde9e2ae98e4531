package wire

import (
	"context"
	"errors"
	"net"
	"reflect"
	"testing"
	"time"

	"google.golang.org/grpc"

	"zeebe-chaos/lab/engine/internal/command"
)

// patience bounds what must happen at some time; it is far above what it takes.
const patience = 10 * time.Second

type fakeBroker struct {
	watch   func(ctx context.Context, send func(*Status) error) error
	execute func(ctx context.Context, partition int, c *command.Command) (*command.Answer, error)
	await   func(ctx context.Context, partition int, jobType string) error
}

func (f *fakeBroker) Watch(ctx context.Context, send func(*Status) error) error {
	return f.watch(ctx, send)
}

func (f *fakeBroker) Execute(ctx context.Context, partition int, c *command.Command) (*command.Answer, error) {
	return f.execute(ctx, partition, c)
}

func (f *fakeBroker) AwaitJobs(ctx context.Context, partition int, jobType string) error {
	return f.await(ctx, partition, jobType)
}

func (f *fakeBroker) Rebalance(context.Context) ([]Transfer, error) {
	return []Transfer{{Partition: 2, To: 1, Failure: "too far behind"}}, nil
}

func TestACommandAndItsAnswerArriveAsTheyWere(t *testing.T) {
	sent := &command.Command{At: 7, CreateInstance: &command.CreateInstance{ProcessID: "a", Version: -1, Variables: []byte(`{}`)}}
	answered := &command.Answer{Instance: &command.Instance{Key: 3<<51 | 5, ProcessID: "a"}}
	var got *command.Command
	var on int
	_, connection := connected(t, &fakeBroker{execute: func(_ context.Context, partition int, c *command.Command) (*command.Answer, error) {
		got, on = c, partition
		return answered, nil
	}})

	answer, err := connection.Execute(within(t, patience), 3, sent)
	if err != nil {
		t.Fatal(err)
	}
	if on != 3 || !reflect.DeepEqual(got, sent) {
		t.Errorf("partition %d was asked %+v, expected partition 3 and %+v", on, got, sent)
	}
	if !reflect.DeepEqual(answer, answered) {
		t.Errorf("the answer is %+v, expected %+v", answer, answered)
	}
}

func TestWhatWentWrongIsToldApart(t *testing.T) {
	for name, test := range map[string]struct {
		broker error
		is     func(error) bool
	}{
		"another leads":   {&NotLeaderError{Leader: 0}, leaderIs(0)},
		"nobody leads":    {&NotLeaderError{Leader: Nobody}, leaderIs(Nobody)},
		"busy":            {ErrBusy, only(ErrBusy)},
		"unknown outcome": {errors.New("the log was closed"), only(ErrOutcomeUnknown)},
		"out of time":     {context.DeadlineExceeded, func(err error) bool { return only(ErrOutcomeUnknown)(err) && errors.Is(err, context.DeadlineExceeded) }},
	} {
		t.Run(name, func(t *testing.T) {
			_, connection := connected(t, &fakeBroker{execute: func(context.Context, int, *command.Command) (*command.Answer, error) {
				return nil, test.broker
			}})
			if _, err := connection.Execute(within(t, patience), 1, &command.Command{}); !test.is(err) {
				t.Errorf("the broker said %v, the caller was told %v", test.broker, err)
			}
		})
	}
}

func TestACommandThatFoundNoBrokerWasCertainlyNotDone(t *testing.T) {
	listener := listen(t, "127.0.0.1:0")
	listener.Close()
	connection := connect(t, listener.Addr().String())
	if _, err := connection.Execute(within(t, patience), 1, &command.Command{}); !only(ErrNotSent)(err) {
		t.Errorf("nobody listens, but the error is %v", err)
	}
}

func TestACommandWhoseBrokerDiedMayHaveBeenDone(t *testing.T) {
	arrived := make(chan struct{})
	server, connection := connected(t, &fakeBroker{execute: func(ctx context.Context, _ int, _ *command.Command) (*command.Answer, error) {
		close(arrived)
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	go func() {
		<-arrived
		server.Stop()
	}()
	if _, err := connection.Execute(within(t, patience), 1, &command.Command{}); !only(ErrOutcomeUnknown)(err) {
		t.Errorf("the broker had the command when it died, but the error is %v", err)
	}
}

func TestRetiringEndsWhatWaitsAndLetsCommandsEnd(t *testing.T) {
	executing, waiting, proceed := make(chan struct{}), make(chan struct{}), make(chan struct{})
	_, connection := connected(t, &fakeBroker{
		execute: func(context.Context, int, *command.Command) (*command.Answer, error) {
			close(executing)
			<-proceed
			return &command.Answer{Key: 1}, nil
		},
		await: func(ctx context.Context, _ int, _ string) error {
			close(waiting)
			<-ctx.Done()
			return ctx.Err()
		},
	})
	executed, awaited := make(chan error, 1), make(chan error, 1)
	go func() { _, err := connection.Execute(within(t, patience), 1, &command.Command{}); executed <- err }()
	go func() { awaited <- connection.AwaitJobs(within(t, patience), 1, "a") }()
	<-executing
	<-waiting

	connection.Retire()
	if err := <-awaited; err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for jobs ended with %v, expected it to be cut short", err)
	}
	if _, err := connection.Execute(within(t, patience), 1, &command.Command{}); !only(ErrNotSent)(err) {
		t.Errorf("a retired connection took a command: %v", err)
	}
	close(proceed)
	if err := <-executed; err != nil {
		t.Errorf("the command in progress ended with %v, expected its answer", err)
	}
}

func TestWatchingWaitsForABrokerThatComesLater(t *testing.T) {
	listener := listen(t, "127.0.0.1:0")
	address := listener.Addr().String()
	listener.Close()
	connection := connect(t, address)
	told := make(chan *Status)
	go connection.Watch(within(t, patience), func(s *Status) error { told <- s; return nil })
	if _, err := connection.Execute(within(t, patience), 1, &command.Command{}); !only(ErrNotSent)(err) {
		t.Fatalf("nobody listens, but the error is %v", err)
	}

	want := &Status{Node: 2, Brokers: []string{"a:1"}, Partitions: []Partition{{ID: 1, Role: Follower, Term: 4, Leader: Nobody, Health: Healthy}}}
	serve(t, listen(t, address), &fakeBroker{watch: func(ctx context.Context, send func(*Status) error) error { return send(want) }})
	select {
	case got := <-told:
		if !reflect.DeepEqual(got, want) {
			t.Errorf("told %+v, expected %+v", got, want)
		}
	case <-time.After(patience):
		t.Fatalf("the broker was not found within %v", patience)
	}
}

func TestRebalancingTellsWhatWasNotHandedOver(t *testing.T) {
	_, connection := connected(t, &fakeBroker{})
	transfers, err := connection.Rebalance(within(t, patience))
	want := []Transfer{{Partition: 2, To: 1, Failure: "too far behind"}}
	if err != nil || !reflect.DeepEqual(transfers, want) {
		t.Errorf("got %v and %v, expected %v", transfers, err, want)
	}
}

func leaderIs(node int) func(error) bool {
	return func(err error) bool {
		var other *NotLeaderError
		return errors.As(err, &other) && other.Leader == node
	}
}

// only tells that an error is this one of those that say different things of a command's outcome.
func only(want error) func(error) bool {
	return func(err error) bool {
		for _, each := range []error{ErrBusy, ErrNotSent, ErrOutcomeUnknown} {
			if errors.Is(err, each) != (each == want) {
				return false
			}
		}
		return true
	}
}

func connected(t *testing.T, broker Broker) (*grpc.Server, *Connection) {
	listener := listen(t, "127.0.0.1:0")
	return serve(t, listener, broker), connect(t, listener.Addr().String())
}

func serve(t *testing.T, listener net.Listener, broker Broker) *grpc.Server {
	server := NewServer(broker)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return server
}

func connect(t *testing.T, address string) *Connection {
	t.Helper()
	connection, err := Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(connection.Retire)
	return connection
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
