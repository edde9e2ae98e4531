// Package config reads the settings of brokers and gateways from the environment, under the names that Zeebe gives them.
// Settings that mean something only to a JVM are ignored.
package config

import (
	"fmt"
	"net"
	"strconv"
	"time"
)

// Broker is how a broker is set up.
type Broker struct {
	Node, ClusterSize, PartitionsCount, ReplicationFactor int
	ClusterName                                           string

	BindHost       string // where it listens
	AdvertisedHost string // under which others find it
	CommandPort    int
	InternalPort   int
	ManagementPort int
	Gateway        *Gateway // the one inside, nil where there is none

	// Internal and Command are the addresses, host:port, of every broker's ports by node.
	Internal, Command []string

	DataDir           string
	LogSegmentSize    int64 // bytes
	SnapshotPeriod    time.Duration
	HeartbeatInterval time.Duration
	ElectionTimeout   time.Duration // a leader that is not heard from for once to twice as long is replaced
}

// Gateway is how a gateway is set up.
type Gateway struct {
	ClusterName    string
	Contacts       []string // command addresses, host:port, of brokers or of a name that all of them have
	BindHost       string
	Port           int
	ManagementPort int
	TLS            TLS
	Authentication Authentication
}

const (
	defaultGatewayPort    = 26500
	defaultCommandPort    = 26501
	defaultInternalPort   = 26502
	defaultManagementPort = 9600
)

// ReadBroker reads a broker's settings; the error has one sentence for each that is wrong.
func ReadBroker(lookup func(name string) (string, bool)) (Broker, error) {
	r := &reader{lookup: lookup}
	b := Broker{
		Node:              r.number("ZEEBE_BROKER_CLUSTER_NODEID", 0, 0, maxInt),
		ClusterSize:       r.number("ZEEBE_BROKER_CLUSTER_CLUSTERSIZE", 1, 1, maxInt),
		PartitionsCount:   r.number("ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT", 1, 1, maxPartitions),
		ReplicationFactor: r.number("ZEEBE_BROKER_CLUSTER_REPLICATIONFACTOR", 1, 1, maxInt),
		ClusterName:       r.text("ZEEBE_BROKER_CLUSTER_CLUSTERNAME", "zeebe-cluster"),
		BindHost:          r.text("ZEEBE_BROKER_NETWORK_HOST", "0.0.0.0"),
		CommandPort:       r.port("ZEEBE_BROKER_NETWORK_COMMANDAPI_PORT", defaultCommandPort),
		InternalPort:      r.port("ZEEBE_BROKER_NETWORK_INTERNALAPI_PORT", defaultInternalPort),
		ManagementPort:    r.port("SERVER_PORT", defaultManagementPort),
		DataDir:           r.text("ZEEBE_BROKER_DATA_DIRECTORY", "/usr/local/zeebe/data"),
		LogSegmentSize:    r.size("ZEEBE_BROKER_DATA_LOGSEGMENTSIZE", 128<<20),
		SnapshotPeriod:    r.duration("ZEEBE_BROKER_DATA_SNAPSHOTPERIOD", 5*time.Minute),
		HeartbeatInterval: r.duration("ZEEBE_BROKER_CLUSTER_HEARTBEATINTERVAL", 250*time.Millisecond),
		ElectionTimeout:   r.duration("ZEEBE_BROKER_CLUSTER_ELECTIONTIMEOUT", 2500*time.Millisecond),
	}
	contacts := r.hosts("ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS", b.InternalPort)
	if b.ClusterSize == 1 && len(contacts) == 0 {
		contacts = []string{net.JoinHostPort("127.0.0.1", strconv.Itoa(b.InternalPort))}
	}
	b.Internal = contacts
	b.Command = withPort(contacts, b.CommandPort)
	if r.flag("ZEEBE_BROKER_GATEWAY_ENABLE", true) {
		b.Gateway = &Gateway{
			ClusterName:    b.ClusterName,
			Contacts:       b.Command,
			BindHost:       b.BindHost,
			Port:           r.port("ZEEBE_BROKER_GATEWAY_NETWORK_PORT", defaultGatewayPort),
			ManagementPort: b.ManagementPort,
			TLS:            r.tls("ZEEBE_BROKER_GATEWAY_SECURITY_"),
			Authentication: r.authentication(),
		}
	}
	b.AdvertisedHost = r.text("ZEEBE_BROKER_NETWORK_ADVERTISEDHOST", advertised(contacts, b.Node))
	r.check(b)
	return b, r.err()
}

func (r *reader) check(b Broker) {
	if len(r.mistakes) > 0 {
		return // what hangs together cannot be judged by half
	}
	if b.Node >= b.ClusterSize {
		r.mistake("ZEEBE_BROKER_CLUSTER_NODEID must be below ZEEBE_BROKER_CLUSTER_CLUSTERSIZE, which is %d, but is %d", b.ClusterSize, b.Node)
	}
	if b.ReplicationFactor > b.ClusterSize {
		r.mistake("ZEEBE_BROKER_CLUSTER_REPLICATIONFACTOR must be at most ZEEBE_BROKER_CLUSTER_CLUSTERSIZE, which is %d, but is %d",
			b.ClusterSize, b.ReplicationFactor)
	}
	if len(b.Internal) != b.ClusterSize {
		r.mistake("ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS must name all %d brokers in the order of their node ids, but names %d",
			b.ClusterSize, len(b.Internal))
	}
	if b.ElectionTimeout < 2*b.HeartbeatInterval {
		r.mistake("ZEEBE_BROKER_CLUSTER_ELECTIONTIMEOUT must be at least twice ZEEBE_BROKER_CLUSTER_HEARTBEATINTERVAL, which is %v, but is %v",
			b.HeartbeatInterval, b.ElectionTimeout)
	}
}

// ReadGateway reads a gateway's settings; the error has one sentence for each that is wrong.
func ReadGateway(lookup func(name string) (string, bool)) (Gateway, error) {
	r := &reader{lookup: lookup}
	g := Gateway{
		ClusterName:    r.text("ZEEBE_GATEWAY_CLUSTER_CLUSTERNAME", "zeebe-cluster"),
		BindHost:       r.text("ZEEBE_GATEWAY_NETWORK_HOST", "0.0.0.0"),
		Port:           r.port("ZEEBE_GATEWAY_NETWORK_PORT", defaultGatewayPort),
		ManagementPort: r.port("SERVER_PORT", defaultManagementPort),
		TLS:            r.tls("ZEEBE_GATEWAY_SECURITY_"),
		Authentication: r.authentication(),
	}
	// Contact points name the internal port, on which brokers hear only each other.
	contacts := r.hosts("ZEEBE_GATEWAY_CLUSTER_INITIALCONTACTPOINTS", defaultInternalPort)
	if len(contacts) == 0 {
		contacts = []string{net.JoinHostPort("127.0.0.1", strconv.Itoa(defaultInternalPort))}
	}
	g.Contacts = withPort(contacts, r.port("ZEEBE_BROKER_NETWORK_COMMANDAPI_PORT", defaultCommandPort))
	return g, r.err()
}

// Members returns the nodes that have a replica of the partition, its primary first.
func (b Broker) Members(partition int) []int {
	members := make([]int, b.ReplicationFactor)
	for i := range members {
		members[i] = (partition - 1 + i) % b.ClusterSize
	}
	return members
}

// Partitions returns the numbers of the partitions that the broker has a replica of.
func (b Broker) Partitions() []int {
	var partitions []int
	for partition := 1; partition <= b.PartitionsCount; partition++ {
		for _, member := range b.Members(partition) {
			if member == b.Node {
				partitions = append(partitions, partition)
			}
		}
	}
	return partitions
}

// Address is where to listen for a port, as net.Listen wants it.
func Address(host string, port int) string { return net.JoinHostPort(host, fmt.Sprint(port)) }

func advertised(contacts []string, node int) string {
	if node >= len(contacts) {
		return "127.0.0.1"
	}
	host, _, err := net.SplitHostPort(contacts[node])
	if err != nil {
		return contacts[node]
	}
	return host
}
