package wire

import (
	"context"
	"fmt"
	"net"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"zeebe-chaos/lab/engine/internal/command"
)

// Connection is a Broker at an address; it connects by itself, again if need be, until it is retired.
type Connection struct {
	channel *grpc.ClientConn
	// waiting ends when the connection is retired, and with it all calls that change nothing.
	waiting     context.Context
	stopWaiting context.CancelFunc

	mu        sync.Mutex
	executing int
	retired   bool
}

var _ Broker = (*Connection)(nil)

// Connect returns a connection to the broker at host:port; it fails only if that is no address.
func Connect(address string) (*Connection, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, fmt.Errorf("a broker's address must be host:port, not %q: %w", address, err)
	}
	channel, err := newChannel(address)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to a broker at %q: %w", address, err)
	}
	waiting, stop := context.WithCancel(context.Background())
	return &Connection{channel: channel, waiting: waiting, stopWaiting: stop}, nil
}

// Retire ends all that waits, lets commands that were sent come to their end, and closes the connection after them.
func (c *Connection) Retire() {
	c.stopWaiting()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.retired {
		return
	}
	c.retired = true
	c.closeIfDone()
}

// Watch implements Broker; it waits until the broker can be reached.
func (c *Connection) Watch(ctx context.Context, send func(*Status) error) error {
	ctx, release := c.whileInUse(ctx)
	defer release()
	stream, err := c.channel.NewStream(ctx, &description.Streams[0], "/"+serviceName+"/Watch", grpc.WaitForReady(true))
	if err != nil {
		return err
	}
	if err := stream.SendMsg(&watchRequest{}); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for {
		s := new(Status)
		if err := stream.RecvMsg(s); err != nil {
			return err
		}
		if err := send(s); err != nil {
			return err
		}
	}
}

// Execute implements Broker.
func (c *Connection) Execute(ctx context.Context, partition int, cmd *command.Command) (*command.Answer, error) {
	if !c.begin() {
		return nil, ErrNotSent
	}
	defer c.end()
	answer := new(response)
	if err := c.call(ctx, "Execute", &executeRequest{Partition: partition, Command: cmd}, answer); err != nil {
		return nil, err
	}
	if err := answer.refusal(); err != nil {
		return nil, err
	}
	if answer.Answer == nil {
		return nil, fmt.Errorf("%w: its response is empty", ErrOutcomeUnknown)
	}
	return answer.Answer, nil
}

// AwaitJobs implements Broker.
func (c *Connection) AwaitJobs(ctx context.Context, partition int, jobType string) error {
	ctx, release := c.whileInUse(ctx)
	defer release()
	answer := new(response)
	if err := c.call(ctx, "AwaitJobs", &awaitJobsRequest{Partition: partition, JobType: jobType}, answer); err != nil {
		return err
	}
	return answer.refusal()
}

// Rebalance implements Broker.
func (c *Connection) Rebalance(ctx context.Context) ([]Transfer, error) {
	answer := new(rebalanceResponse)
	if err := c.call(ctx, "Rebalance", &rebalanceRequest{}, answer); err != nil {
		return nil, err
	}
	return answer.Transfers, nil
}

func (c *Connection) call(ctx context.Context, method string, request, answer any) error {
	var sentTo peer.Peer
	err := c.channel.Invoke(ctx, "/"+serviceName+"/"+method, request, answer, grpc.Peer(&sentTo))
	switch {
	case err == nil:
		return nil
	case sentTo.Addr == nil:
		// gRPC names the peer of every call that got as far as having a stream to it.
		return fmt.Errorf("%w: %s", ErrNotSent, status.Convert(err).Message())
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", ErrOutcomeUnknown, ctx.Err())
	case status.Code(err) == codes.DeadlineExceeded:
		// The broker's clock for the call ended before ours.
		return fmt.Errorf("%w: %w", ErrOutcomeUnknown, context.DeadlineExceeded)
	default:
		return fmt.Errorf("%w: %s", ErrOutcomeUnknown, status.Convert(err).Message())
	}
}

// whileInUse is the context, ended also by retiring the connection.
func (c *Connection) whileInUse(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(c.waiting, cancel)
	return ctx, func() { stop(); cancel() }
}

func (c *Connection) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.retired {
		return false
	}
	c.executing++
	return true
}

func (c *Connection) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.executing--
	c.closeIfDone()
}

// closeIfDone needs the lock.
func (c *Connection) closeIfDone() {
	if c.retired && c.executing == 0 {
		c.channel.Close()
	}
}
