package directory

import (
	"context"
	"errors"
	"testing"
	"time"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/wire"
)

var (
	done     = &command.Answer{Key: 1}
	anything = &command.Command{CancelInstance: &command.CancelInstance{Key: 1}}
)

func TestACommandFollowsTheHintOfTheOldLeader(t *testing.T) {
	fakes, d := led(t, 2)
	fakes[0].answers(nil, &wire.NotLeaderError{Leader: 1})
	fakes[1].answers(done, nil)
	if answer, err := d.Try(within(t, patience), 1, anything); err != nil || answer.Key != 1 {
		t.Errorf("got %+v and %v", answer, err)
	}
}

func TestBrokersThatNameEachOtherAreNotFollowedForEver(t *testing.T) {
	fakes, d := led(t, 2)
	fakes[0].answers(nil, &wire.NotLeaderError{Leader: 1})
	fakes[1].answers(nil, &wire.NotLeaderError{Leader: 0})
	if _, err := d.Try(within(t, patience), 1, anything); !errors.Is(err, ErrNoLeader) {
		t.Errorf("got %v, expected that there is no leader", err)
	}
}

func TestACommandWaitsForALeader(t *testing.T) {
	fakes, d := led(t, 2)
	fakes[0].answers(nil, &wire.NotLeaderError{Leader: wire.Nobody})
	fakes[1].answers(done, nil)
	if _, err := d.Try(within(t, patience), 1, anything); !errors.Is(err, ErrNoLeader) {
		t.Fatalf("a try ended with %v, expected that there is no leader", err)
	}
	executed := make(chan error)
	go func() { _, err := d.Execute(within(t, patience), 1, anything); executed <- err }()
	select {
	case err := <-executed:
		t.Fatalf("the command ended without a leader: %v", err)
	case <-time.After(2 * askAgain):
	}
	fakes[1].says(wire.Leader, 2, 1)
	if err := <-executed; err != nil {
		t.Error(err)
	}
}

func TestACommandWithoutLeaderEndsWithItsContext(t *testing.T) {
	fakes, d := led(t, 1)
	fakes[0].answers(nil, &wire.NotLeaderError{Leader: wire.Nobody})
	if _, err := d.Execute(within(t, 300*time.Millisecond), 1, anything); !errors.Is(err, ErrNoLeader) {
		t.Errorf("got %v, expected that there is no leader", err)
	}
}

func TestWhatMayHaveBeenDoneIsNotRepeated(t *testing.T) {
	for name, test := range map[string]struct {
		execute func(*fake) func(context.Context, *command.Command) (*command.Answer, error)
		want    error
	}{
		"the broker does not know": {func(*fake) func(context.Context, *command.Command) (*command.Answer, error) {
			return func(context.Context, *command.Command) (*command.Answer, error) { return nil, errors.New("closed") }
		}, wire.ErrOutcomeUnknown},
		"the broker dies": {func(f *fake) func(context.Context, *command.Command) (*command.Answer, error) {
			return func(ctx context.Context, _ *command.Command) (*command.Answer, error) {
				go f.stop()
				<-ctx.Done()
				return nil, ctx.Err()
			}
		}, wire.ErrOutcomeUnknown},
		"the broker is busy": {func(*fake) func(context.Context, *command.Command) (*command.Answer, error) {
			return func(context.Context, *command.Command) (*command.Answer, error) { return nil, wire.ErrBusy }
		}, wire.ErrBusy},
	} {
		t.Run(name, func(t *testing.T) {
			fakes, d := led(t, 2)
			fakes[0].onExecute(test.execute(fakes[0]))
			fakes[1].answers(done, nil)
			if _, err := d.Execute(within(t, patience), 1, anything); !errors.Is(err, test.want) {
				t.Errorf("got %v, expected %v", err, test.want)
			}
			if asked := fakes[0].timesAsked() + fakes[1].timesAsked(); asked != 1 {
				t.Errorf("the command was sent %d times", asked)
			}
		})
	}
}

func TestACommandThatRunsOutOfTimeSaysThatItsOutcomeIsUnknown(t *testing.T) {
	fakes, d := led(t, 1)
	fakes[0].onExecute(func(ctx context.Context, _ *command.Command) (*command.Answer, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	_, err := d.Execute(within(t, 300*time.Millisecond), 1, anything)
	if !errors.Is(err, wire.ErrOutcomeUnknown) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, expected that time ran out and the outcome is unknown", err)
	}
}

func TestWaitingForJobsGoesOnWithTheNextLeader(t *testing.T) {
	fakes, d := led(t, 2)
	waiting := make(chan struct{})
	fakes[0].onAwait(func(ctx context.Context) error {
		close(waiting)
		<-ctx.Done()
		return ctx.Err()
	})
	fakes[1].onAwait(func(context.Context) error { return nil })
	awaited := make(chan error)
	go func() { awaited <- d.AwaitJobs(within(t, patience), 1, "a") }()
	<-waiting
	fakes[1].says(wire.Leader, 2, 1)
	fakes[0].stop()
	if err := <-awaited; err != nil {
		t.Error(err)
	}
}

func TestWaitingForJobsEndsWithItsContext(t *testing.T) {
	fakes, d := led(t, 1)
	ctx, cancel := context.WithCancel(context.Background())
	fakes[0].onAwait(func(ctx context.Context) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	})
	if err := d.AwaitJobs(ctx, 1, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, expected the context's error", err)
	}
}

// led starts a cluster that broker 0 leads and waits until a directory knows it.
func led(t *testing.T, size int) ([]*fake, *Directory) {
	t.Helper()
	fakes := cluster(t, size)
	fakes[0].says(wire.Leader, 1, 0)
	d := open(t, fakes[0].address)
	eventually(t, d, "broker 0 leads", func() bool {
		node, _, ok := d.LeaderOf(1)
		return ok && node == 0 && brokers(d) == size
	})
	return fakes, d
}
