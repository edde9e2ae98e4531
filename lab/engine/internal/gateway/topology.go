package gateway

import (
	"context"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"

	"zeebe-chaos/lab/engine/internal/wire"
)

var roles = map[wire.Role]pb.Partition_PartitionBrokerRole{
	wire.Leader:   pb.Partition_LEADER,
	wire.Follower: pb.Partition_FOLLOWER,
	wire.Inactive: pb.Partition_INACTIVE,
}

var healths = map[wire.Health]pb.Partition_PartitionBrokerHealth{
	wire.Healthy:   pb.Partition_HEALTHY,
	wire.Unhealthy: pb.Partition_UNHEALTHY,
	wire.Dead:      pb.Partition_DEAD,
}

// Topology tells the cluster as this gateway knows it.
func (g *Gateway) Topology(context.Context, *pb.TopologyRequest) (*pb.TopologyResponse, error) {
	topology := g.cluster.Topology()
	response := &pb.TopologyResponse{
		ClusterSize: int32(topology.ClusterSize), PartitionsCount: int32(topology.PartitionsCount),
		ReplicationFactor: int32(topology.ReplicationFactor), GatewayVersion: g.version,
	}
	for _, broker := range topology.Brokers {
		info := &pb.BrokerInfo{NodeId: int32(broker.Node), Host: broker.Host, Port: int32(broker.Port), Version: broker.Version}
		for _, partition := range broker.Partitions {
			info.Partitions = append(info.Partitions, &pb.Partition{
				PartitionId: int32(partition.ID), Role: roles[partition.Role], Health: healths[partition.Health],
			})
		}
		response.Brokers = append(response.Brokers, info)
	}
	return response, nil
}
