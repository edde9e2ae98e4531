package directory

import (
	"slices"

	"zeebe-chaos/lab/engine/internal/wire"
)

// Topology is the cluster as the directory knows it.
type Topology struct {
	// These three are 0 as long as no broker has answered.
	ClusterSize, PartitionsCount, ReplicationFactor int
	// Brokers are those heard from within Silence, by node. At most one leads a partition: of two that say so the one with
	// the higher term.
	Brokers []wire.Status
}

// Topology returns the cluster as it is known now.
func (d *Directory) Topology() Topology {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cluster == nil {
		return Topology{}
	}
	topology := Topology{
		ClusterSize:       d.cluster.ClusterSize,
		PartitionsCount:   d.cluster.PartitionsCount,
		ReplicationFactor: d.cluster.ReplicationFactor,
	}
	for _, s := range d.heardOf() {
		broker := *s
		broker.Partitions = slices.Clone(s.Partitions)
		for i, partition := range broker.Partitions {
			if partition.Role == wire.Leader && d.overtaken(partition) {
				broker.Partitions[i].Role = wire.Follower
			}
		}
		topology.Brokers = append(topology.Brokers, broker)
	}
	return topology
}

// LeaderOf returns the node that leads the partition, as the broker with the highest term says, and the way there;
// false if there is none or it cannot be reached.
func (d *Directory) LeaderOf(partition int) (int, *wire.Connection, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var latest *wire.Partition
	for _, replica := range d.replicas(partition) {
		if replica.Leader != wire.Nobody && (latest == nil || replica.Term > latest.Term) {
			latest = &replica
		}
	}
	if latest == nil {
		return wire.Nobody, nil, false
	}
	connection := d.connection(latest.Leader)
	return latest.Leader, connection, connection != nil
}

// overtaken tells whether another replica leads with a higher term; it needs the lock.
func (d *Directory) overtaken(leader wire.Partition) bool {
	return slices.ContainsFunc(d.replicas(leader.ID), func(other wire.Partition) bool {
		return other.Role == wire.Leader && other.Term > leader.Term
	})
}

// replicas are those of a partition on brokers that were heard of; it needs the lock.
func (d *Directory) replicas(partition int) []wire.Partition {
	var replicas []wire.Partition
	for _, s := range d.heardOf() {
		for _, replica := range s.Partitions {
			if replica.ID == partition {
				replicas = append(replicas, replica)
			}
		}
	}
	return replicas
}

// heardOf are the statuses of the brokers that were heard from within Silence, by node; it needs the lock.
func (d *Directory) heardOf() []*wire.Status {
	var statuses []*wire.Status
	for _, p := range d.peers {
		if p.status != nil {
			statuses = append(statuses, p.status)
		}
	}
	slices.SortFunc(statuses, func(a, b *wire.Status) int { return a.Node - b.Node })
	return statuses
}
