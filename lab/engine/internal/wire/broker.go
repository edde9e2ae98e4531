// Package wire is what gateways and brokers say to brokers on the command port: gRPC with the engine's own encoding.
package wire

import (
	"context"
	"errors"
	"fmt"

	"zeebe-chaos/lab/engine/internal/command"
)

// Broker is what a broker does for gateways and other brokers; a Connection does it by asking a broker that is elsewhere.
type Broker interface {
	// Watch hands over the broker's status at once, on every change and every Heartbeat, until the context ends or send fails.
	Watch(ctx context.Context, send func(*Status) error) error
	// Execute has the partition's leader carry out a command. Certainly nothing was done where it returns a NotLeaderError,
	// ErrBusy or ErrNotSent; after any other error it may have been done, or may yet be.
	Execute(ctx context.Context, partition int, c *command.Command) (*command.Answer, error)
	// AwaitJobs returns nil as soon as the partition has a job of the type to hand out, a NotLeaderError if the broker does
	// not lead the partition.
	AwaitJobs(ctx context.Context, partition int, jobType string) error
	// Rebalance hands over every partition that the broker leads though another, healthy, broker should.
	Rebalance(ctx context.Context) ([]Transfer, error)
}

// NotLeaderError says that the broker does not lead the partition, and who does as far as it knows; nothing was done.
type NotLeaderError struct {
	Leader int // a node, or Nobody
}

func (e *NotLeaderError) Error() string {
	if e.Leader == Nobody {
		return "the broker does not lead the partition and knows of no leader"
	}
	return fmt.Sprintf("the broker does not lead the partition, broker %d does", e.Leader)
}

var (
	// ErrBusy says that the partition has too much to do; nothing was done.
	ErrBusy = errors.New("the partition has too many commands in progress")
	// ErrNotSent says that the broker could not be reached; nothing was done.
	ErrNotSent = errors.New("the broker cannot be reached")
	// ErrOutcomeUnknown says that no answer came: the command may have been carried out, or may yet be.
	ErrOutcomeUnknown = errors.New("the broker did not answer, the command may have been carried out")
)
