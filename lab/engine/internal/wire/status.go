package wire

import "time"

// Heartbeat is how often a broker tells its status when nothing changes.
const Heartbeat = 200 * time.Millisecond

// Role is what a replica is in its partition's group.
type Role string

// The roles of replicas; an inactive one takes no part, as when its data is damaged.
const (
	Leader   Role = "leader"
	Follower Role = "follower"
	Inactive Role = "inactive"
)

// Health says whether a replica does its work.
type Health string

// The states of health; a dead replica does not come back before its broker has been started again.
const (
	Healthy   Health = "healthy"
	Unhealthy Health = "unhealthy"
	Dead      Health = "dead"
)

// Nobody stands for a leader that is not known.
const Nobody = -1

// Status is what a broker says of itself and of its cluster.
type Status struct {
	Node              int      `cbor:"node"`
	Host              string   `cbor:"host"` // the advertised one
	Port              int      `cbor:"port"`
	Version           string   `cbor:"version"`
	ClusterName       string   `cbor:"clusterName"`
	ClusterSize       int      `cbor:"clusterSize"`
	PartitionsCount   int      `cbor:"partitionsCount"`
	ReplicationFactor int      `cbor:"replicationFactor"`
	Brokers           []string `cbor:"brokers"` // the command addresses, host:port, by node
	// Partitions are those that the broker has a replica of, by number.
	Partitions []Partition `cbor:"partitions"`
}

// Partition is one replica as its broker sees it.
type Partition struct {
	ID      int    `cbor:"id"`
	Role    Role   `cbor:"role"`
	Term    uint64 `cbor:"term"`
	Leader  int    `cbor:"leader"` // the node that leads in this term, or Nobody
	Health  Health `cbor:"health"`
	Primary int    `cbor:"primary"` // the node that should lead
}

// Transfer is a leadership that was to be handed over, and the reason if it was not.
type Transfer struct {
	Partition int    `cbor:"partition"`
	To        int    `cbor:"to"`
	Failure   string `cbor:"failure,omitempty"`
}
