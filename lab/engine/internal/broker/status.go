package broker

import (
	"fmt"
	"net"
	"strconv"

	"zeebe-chaos/lab/engine/internal/wire"
)

// status is what this broker tells gateways and other brokers.
func (b *Broker) status() *wire.Status {
	c := b.Config
	s := &wire.Status{
		Node: c.Node, Host: c.AdvertisedHost, Port: portOf(c.Command[c.Node]), Version: b.Version,
		ClusterName: c.ClusterName, ClusterSize: c.ClusterSize, PartitionsCount: c.PartitionsCount,
		ReplicationFactor: c.ReplicationFactor, Brokers: c.Command,
	}
	for _, h := range b.replicas {
		s.Partitions = append(s.Partitions, h.status())
	}
	return s
}

func (h *hosted) status() wire.Partition {
	if h.damage != nil {
		return wire.Partition{ID: h.number, Role: wire.Inactive, Leader: wire.Nobody, Health: wire.Dead, Primary: h.primary}
	}
	s := h.Status()
	health := wire.Unhealthy
	if s.Healthy {
		health = wire.Healthy
	}
	return wire.Partition{ID: h.number, Role: wire.Role(s.Role), Term: s.Term, Leader: s.Leader, Health: health, Primary: h.primary}
}

// obstacles are what keeps this broker from being ready.
func (b *Broker) obstacles() []string {
	if b.stopping.Err() != nil {
		return []string{"The broker is being stopped."}
	}
	var obstacles []string
	for _, h := range b.replicas {
		if why := h.obstacle(); why != "" {
			obstacles = append(obstacles, fmt.Sprintf("Partition %d is not ready: %s.", h.number, why))
		}
	}
	return obstacles
}

func (h *hosted) obstacle() string {
	if h.damage != nil {
		return h.damage.Error()
	}
	s := h.Status()
	switch {
	case s.Ready:
		return ""
	case s.Why == "":
		return "the reason is not known"
	default:
		return s.Why
	}
}

func portOf(address string) int {
	_, text, err := net.SplitHostPort(address)
	if err != nil {
		return 0
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return port
}
