package gateway

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"zeebe-chaos/lab/engine/internal/management"
)

// rebalanceTimeout bounds the handing over of all leaderships of a cluster.
const rebalanceTimeout = 10 * time.Second

// Management returns what the gateway's management port answers.
func (g *Gateway) Management() http.Handler {
	mux := management.NewMux(management.Options{Obstacles: g.obstacles, Report: g.report})
	mux.HandleFunc("POST /actuator/rebalance", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), rebalanceTimeout)
		defer cancel()
		management.WriteJSON(w, http.StatusOK, g.rebalance(ctx))
	})
	return mux
}

func (g *Gateway) obstacles() []string {
	if g.closing.Err() != nil {
		return []string{"The gateway is being stopped."}
	}
	partitions := g.cluster.Partitions()
	if len(partitions) == 0 {
		return []string{"None of the cluster's brokers has been reached yet."}
	}
	for _, partition := range partitions {
		if _, _, ok := g.cluster.LeaderOf(partition); ok {
			return nil
		}
	}
	return []string{fmt.Sprintf("None of the %d partitions has a leader that can be reached.", len(partitions))}
}

func (g *Gateway) report(m *management.Metrics) {
	m.Gauge("engine_gateway_brokers", "Brokers that are heard from.")
	m.Value("engine_gateway_brokers", nil, float64(len(g.cluster.Topology().Brokers)))
	m.Gauge("engine_gateway_partition_leader", "The node that leads the partition; -1 if none can be reached.")
	for _, partition := range g.cluster.Partitions() {
		leader, _, ok := g.cluster.LeaderOf(partition)
		if !ok {
			leader = -1
		}
		m.Value("engine_gateway_partition_leader", management.Labels{"partition": fmt.Sprint(partition)}, float64(leader))
	}
}

// handedOver is what became of a leadership, or of asking a broker for those it has.
type handedOver struct {
	Broker    int    `json:"broker"`
	Partition int    `json:"partition,omitempty"`
	To        *int   `json:"to,omitempty"`
	Failure   string `json:"failure,omitempty"`
}

// rebalance asks one broker after the other to hand over what another should lead.
func (g *Gateway) rebalance(ctx context.Context) []handedOver {
	all := []handedOver{}
	for _, broker := range g.cluster.Topology().Brokers {
		connection := g.cluster.Connection(broker.Node)
		if connection == nil {
			continue // nobody is led by it, as far as anyone can tell
		}
		transfers, err := connection.Rebalance(ctx)
		for _, transfer := range transfers {
			all = append(all, handedOver{Broker: broker.Node, Partition: transfer.Partition, To: &transfer.To, Failure: transfer.Failure})
		}
		if err != nil {
			all = append(all, handedOver{Broker: broker.Node, Failure: err.Error()})
		}
	}
	return all
}
