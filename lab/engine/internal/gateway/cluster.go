package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/directory"
	"zeebe-chaos/lab/engine/internal/state"
	"zeebe-chaos/lab/engine/internal/wire"
)

const (
	// requestTimeout bounds a request whose client set no deadline.
	requestTimeout = 15 * time.Second
	// longPollingTimeout is how long to wait where a request may say so and does not.
	longPollingTimeout = 10 * time.Second
	// handover is how long to wait while no partition has a leader: one that is handed over is without for some milliseconds.
	handover = 500 * time.Millisecond
	// deploymentPartition is the one that deployments begin on.
	deploymentPartition = 1
)

func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, requestTimeout)
}

// boundedBy bounds by the timeout field of a request, in milliseconds, and by the client's deadline.
func boundedBy(ctx context.Context, timeout int64) (context.Context, context.CancelFunc) {
	if timeout <= 0 {
		return context.WithTimeout(ctx, longPollingTimeout)
	}
	return context.WithTimeout(ctx, time.Duration(timeout)*time.Millisecond)
}

// execute has a partition carry out a command; its errors are what the client is told.
func (g *Gateway) execute(ctx context.Context, partition int, c *command.Command) (*command.Answer, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	answer, err := g.cluster.Execute(ctx, partition, c)
	return accepted(ctx, c, answer, err)
}

// executeFor has a command carried out by the partition that made the key.
func (g *Gateway) executeFor(ctx context.Context, key int64, c *command.Command) (*command.Answer, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	partitions, err := g.partitions(ctx)
	if err != nil {
		return nil, err
	}
	partition := state.PartitionOf(key)
	if !slices.Contains(partitions, partition) {
		return accepted(ctx, c, command.Reject(command.NotFound,
			"Expected the key '%d' to be of one of the partitions 1 to %d, but it would be of partition %d", key, len(partitions), partition), nil)
	}
	return g.execute(ctx, partition, c)
}

// executeAnywhere has a command carried out by one partition or another, in turn. It goes on to the next only if the last one
// certainly did nothing.
func (g *Gateway) executeAnywhere(ctx context.Context, c *command.Command) (*command.Answer, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	partitions, err := g.partitions(ctx)
	if err != nil {
		return nil, err
	}
	waiting, stop := context.WithTimeout(ctx, handover)
	defer stop()
	var answer *command.Answer
	err = g.cluster.Persist(waiting, func() error {
		var err error
		answer, err = g.tryEach(ctx, partitions, c)
		return err
	})
	return accepted(ctx, c, answer, err)
}

// tryEach returns wire.ErrBusy if all partitions are busy, directory.ErrNoLeader if others have no leader.
func (g *Gateway) tryEach(ctx context.Context, partitions []int, c *command.Command) (*command.Answer, error) {
	refusal := wire.ErrBusy
	for _, partition := range g.inTurn(partitions) {
		answer, err := g.cluster.Try(ctx, partition, c)
		switch {
		case errors.Is(err, directory.ErrNoLeader):
			refusal = fmt.Errorf("each of the %d partitions is busy or has %w", len(partitions), directory.ErrNoLeader)
		case !errors.Is(err, wire.ErrBusy):
			return answer, err
		}
	}
	return nil, refusal
}

// inTurn returns the partitions, each time beginning with another one.
func (g *Gateway) inTurn(partitions []int) []int {
	first := int(g.turn.Add(1) % uint64(len(partitions)))
	return slices.Concat(partitions[first:], partitions[:first])
}

// partitions waits until the cluster is known.
func (g *Gateway) partitions(ctx context.Context) ([]int, error) {
	for {
		changed := g.cluster.Changed()
		if partitions := g.cluster.Partitions(); len(partitions) > 0 {
			return partitions, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, status.Error(codes.Unavailable, "Expected to handle the request, but none of the cluster's brokers has been reached yet")
		}
	}
}
