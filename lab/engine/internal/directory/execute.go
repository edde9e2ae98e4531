package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/wire"
)

// ErrNoLeader says that the partition has no leader that can be reached; nothing was done.
var ErrNoLeader = errors.New("no leader that can be reached")

const (
	// hints bounds how often in one attempt the word of a broker about who leads is followed.
	hints = 3
	// askAgain is the longest time between two attempts: a leader that did not know yet that it leads tells nobody of a change.
	askAgain = 100 * time.Millisecond
)

// Execute has the partition's leader carry out a command. While nothing was done for certain it follows the leadership, or
// waits for a leader until the context ends (ErrNoLeader); it never repeats what may have been done. Other errors:
// wire.ErrBusy (nothing was done) and wire.ErrOutcomeUnknown (together with the context's error if that ended).
func (d *Directory) Execute(ctx context.Context, partition int, c *command.Command) (*command.Answer, error) {
	var answer *command.Answer
	err := d.Persist(ctx, func() error {
		var err error
		answer, err = d.Try(ctx, partition, c)
		return err
	})
	return answer, err
}

// Try is Execute without the waiting: ErrNoLeader is returned at once.
func (d *Directory) Try(ctx context.Context, partition int, c *command.Command) (*command.Answer, error) {
	var answer *command.Answer
	err := d.attempt(partition, func(leader *wire.Connection) error {
		var err error
		answer, err = leader.Execute(ctx, partition, c)
		return err
	})
	return answer, err
}

// AwaitJobs returns nil as soon as the partition has a job of the type to hand out; it follows the leadership until the
// context ends and returns that one's error.
func (d *Directory) AwaitJobs(ctx context.Context, partition int, jobType string) error {
	err := d.Persist(ctx, func() error {
		err := d.attempt(partition, func(leader *wire.Connection) error {
			return leader.AwaitJobs(ctx, partition, jobType)
		})
		if err != nil {
			return ErrNoLeader // asking changes nothing, so that it may be repeated whatever happened
		}
		return nil
	})
	if err != nil {
		return ctx.Err()
	}
	return nil
}

// Persist repeats an attempt for as long as it returns ErrNoLeader and the context has not ended: at each change of what the
// directory knows, and now and then.
func (d *Directory) Persist(ctx context.Context, attempt func() error) error {
	for {
		changed := d.Changed()
		err := attempt()
		if !errors.Is(err, ErrNoLeader) {
			return err
		}
		if ctx.Err() != nil {
			return err
		}
		d.pause(ctx, changed)
	}
}

func (d *Directory) pause(ctx context.Context, changed <-chan struct{}) {
	timer := time.NewTimer(askAgain)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-changed:
	case <-timer.C:
	}
}

// attempt asks the leader, and whom it names instead.
func (d *Directory) attempt(partition int, ask func(*wire.Connection) error) error {
	node, connection, ok := d.LeaderOf(partition)
	for range hints {
		if !ok {
			break
		}
		err := ask(connection)
		var other *wire.NotLeaderError
		switch {
		case errors.As(err, &other) && other.Leader != node:
			node, connection = other.Leader, d.Connection(other.Leader)
			ok = connection != nil
		case errors.As(err, &other), errors.Is(err, wire.ErrNotSent):
			ok = false
		default:
			return err
		}
	}
	return fmt.Errorf("partition %d has %w", partition, ErrNoLeader)
}
