package broker

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/partition"
	"zeebe-chaos/lab/engine/internal/replica"
)

const (
	// repeatDamageEvery keeps the reason why a broker is not ready near the end of its log.
	repeatDamageEvery = 10 * time.Second
	// leaderPatience is how long a command for another partition waits for a leader: long enough for one that is handed over.
	// The partition sends again what did not arrive, and what waits for one partition must not hold up the others for long.
	leaderPatience = time.Second
)

// hosted is a partition of this broker: one that runs, or one that is refused since its files are damaged.
type hosted struct {
	number  int
	primary int
	*partition.Partition
	damage error
}

func (b *Broker) openPartitions() error {
	c := b.Config
	for _, number := range c.Partitions() {
		members := c.Members(number)
		h := &hosted{number: number, primary: members[0]}
		opened, err := partition.Open(partition.Options{
			Number: number, Partitions: c.PartitionsCount, Node: c.Node, Members: members, Primary: h.primary,
			DataDir: c.DataDir, SegmentSize: c.LogSegmentSize, SnapshotPeriod: c.SnapshotPeriod,
			HeartbeatInterval: c.HeartbeatInterval, ElectionTimeout: c.ElectionTimeout,
			Transport: b.transport, Send: b.send, Logger: b.Logger,
		})
		var damaged *replica.DamagedError
		switch {
		case errors.As(err, &damaged):
			h.damage = err
			b.tellDamage(h)
		case err != nil:
			return fmt.Errorf("partition %d cannot be opened: %w", number, err)
		default:
			h.Partition = opened
		}
		b.replicas = append(b.replicas, h)
	}
	return nil
}

// running are the partitions that are not damaged.
func (b *Broker) running() []*hosted {
	var running []*hosted
	for _, h := range b.replicas {
		if h.damage == nil {
			running = append(running, h)
		}
	}
	return running
}

// partition returns a partition that runs here, nil if there is none.
func (b *Broker) partition(number int) *hosted {
	for _, h := range b.running() {
		if h.number == number {
			return h
		}
	}
	return nil
}

// closePartitions hands the leadership of all at once over, and closes them.
func (b *Broker) closePartitions(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, handoverTimeout)
	defer cancel()
	var closing sync.WaitGroup
	for _, h := range b.running() {
		closing.Add(1)
		go func() {
			defer closing.Done()
			if err := h.Close(ctx); err != nil {
				b.Logger.Warn("a partition was not closed in order; it goes on from its log at the next start", "partition", h.number, "reason", err)
			}
		}()
	}
	closing.Wait()
}

// send brings a command of a partition here to another partition's leader, wherever that is. It may arrive twice, which the
// other side notices.
func (b *Broker) send(ctx context.Context, to int, deliver command.Deliver) error {
	waiting, stop := context.WithTimeout(ctx, leaderPatience)
	defer stop()
	return b.cluster.Persist(waiting, func() error {
		_, err := b.cluster.Try(ctx, to, &command.Command{Deliver: &deliver})
		return err
	})
}

func (b *Broker) repeatDamages() {
	ticker := time.NewTicker(repeatDamageEvery)
	defer ticker.Stop()
	for {
		select {
		case <-b.stopping.Done():
			return
		case <-ticker.C:
		}
		for _, h := range b.replicas {
			if h.damage != nil {
				b.tellDamage(h)
			}
		}
	}
}

func (b *Broker) tellDamage(h *hosted) {
	b.Logger.Error("a partition is not started since its files are damaged", "partition", h.number, "reason", h.damage)
}
