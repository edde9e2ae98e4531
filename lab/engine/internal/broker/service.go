package broker

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/partition"
	"zeebe-chaos/lab/engine/internal/wire"
)

const (
	// lookEvery is how long a change of roles may go untold.
	lookEvery       = 20 * time.Millisecond
	transferTimeout = 3 * time.Second
	transferAgain   = 50 * time.Millisecond
)

// service is the broker as others see it.
type service struct{ *Broker }

// Watch implements wire.Broker.
func (s service) Watch(ctx context.Context, send func(*wire.Status) error) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	var last *wire.Status
	var told time.Time
	for {
		if now := s.status(); time.Since(told) >= wire.Heartbeat || !reflect.DeepEqual(now, last) {
			if err := send(now); err != nil {
				return err
			}
			last, told = now, time.Now()
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.leaving.Done():
			return errLeaving
		}
	}
}

var errLeaving = errors.New("the broker is being stopped")

// Execute implements wire.Broker.
func (s service) Execute(ctx context.Context, number int, c *command.Command) (*command.Answer, error) {
	h := s.partition(number)
	if h == nil {
		return nil, &wire.NotLeaderError{Leader: wire.Nobody}
	}
	answer, err := h.Execute(ctx, c)
	return answer, refusal(err)
}

// AwaitJobs implements wire.Broker.
func (s service) AwaitJobs(ctx context.Context, number int, jobType string) error {
	h := s.partition(number)
	if h == nil {
		return &wire.NotLeaderError{Leader: wire.Nobody}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.leaving, cancel)()
	return refusal(h.AwaitJobs(ctx, jobType))
}

// refusal is an error of a partition in the words of the wire.
func refusal(err error) error {
	var other *partition.NotLeaderError
	switch {
	case errors.As(err, &other):
		return &wire.NotLeaderError{Leader: other.Leader}
	case errors.Is(err, partition.ErrBusy):
		return wire.ErrBusy
	default:
		return err
	}
}

// Rebalance implements wire.Broker.
func (s service) Rebalance(ctx context.Context) ([]wire.Transfer, error) {
	var transfers []wire.Transfer
	for _, h := range s.running() {
		if h.primary == s.Config.Node || wire.Role(h.Status().Role) != wire.Leader {
			continue
		}
		transfer := wire.Transfer{Partition: h.number, To: h.primary}
		if err := s.transfer(ctx, h); err != nil {
			transfer.Failure = err.Error()
		}
		transfers = append(transfers, transfer)
	}
	return transfers, nil
}

// transfer tries until it is out of time: a broker that has just come back may have to be caught up first. One that is away, or
// whose replica is dead, is not waited for.
func (s service) transfer(ctx context.Context, h *hosted) error {
	ctx, cancel := context.WithTimeout(ctx, transferTimeout)
	defer cancel()
	for {
		primary, here := s.replicaOn(h.primary, h.number)
		err := fmt.Errorf("broker %d has no healthy follower of the partition", h.primary)
		if !here || primary.Health == wire.Dead {
			return err
		}
		if primary.Role == wire.Follower && primary.Health == wire.Healthy {
			err = h.TransferTo(ctx, h.primary)
		}
		var other *partition.NotLeaderError
		if err == nil || errors.As(err, &other) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(transferAgain):
		}
	}
}

// replicaOn returns what a broker says of its replica of a partition; false if it is not heard from.
func (b *Broker) replicaOn(node, number int) (wire.Partition, bool) {
	for _, broker := range b.cluster.Topology().Brokers {
		for _, p := range broker.Partitions {
			if broker.Node == node && p.ID == number {
				return p, true
			}
		}
	}
	return wire.Partition{}, false
}
