package broker

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"zeebe-chaos/lab/engine/internal/management"
	"zeebe-chaos/lab/engine/internal/partition"
	"zeebe-chaos/lab/engine/internal/wire"
)

// Management returns what the broker's management port answers.
func (b *Broker) Management() http.Handler {
	mux := management.NewMux(management.Options{Obstacles: b.obstacles, Report: b.report})
	mux.HandleFunc("GET /actuator/partitions", func(w http.ResponseWriter, _ *http.Request) {
		management.WriteJSON(w, http.StatusOK, b.partitionStatuses())
	})
	mux.HandleFunc("POST /actuator/partitions/takeSnapshot", func(w http.ResponseWriter, r *http.Request) {
		for _, h := range b.running() {
			if err := h.TakeSnapshot(r.Context()); err != nil {
				http.Error(w, fmt.Sprintf("Partition %d takes no snapshot: %v", h.number, err), http.StatusServiceUnavailable)
				return
			}
		}
		management.WriteJSON(w, http.StatusOK, b.partitionStatuses())
	})
	if b.Actuators != nil {
		mux.Handle("/", b.Actuators)
	}
	return mux
}

// partitionStatus is a replica as Zeebe's actuator tells it, and what there is to tell besides.
type partitionStatus struct {
	Role                        string  `json:"role"`
	SnapshotID                  *string `json:"snapshotId"`
	ProcessedPosition           *uint64 `json:"processedPosition"`
	ProcessedPositionInSnapshot *uint64 `json:"processedPositionInSnapshot"`
	StreamProcessorPhase        *string `json:"streamProcessorPhase"`
	ExporterPhase               *string `json:"exporterPhase"`
	ExportedPosition            *uint64 `json:"exportedPosition"`

	Term        uint64 `json:"term"`
	FirstIndex  uint64 `json:"firstIndex"`
	LastIndex   uint64 `json:"lastIndex"`
	CommitIndex uint64 `json:"commitIndex"`
	Health      string `json:"health"`
	Why         string `json:"why"`
}

func (b *Broker) partitionStatuses() map[string]partitionStatus {
	statuses := map[string]partitionStatus{}
	for _, h := range b.replicas {
		told := partitionStatus{Why: h.obstacle()}
		if h.damage == nil {
			told.tell(h.Status())
		}
		s := h.status()
		told.Role, told.Health = strings.ToUpper(string(s.Role)), strings.ToUpper(string(s.Health))
		told.StreamProcessorPhase = phase(s.Role)
		statuses[strconv.Itoa(h.number)] = told
	}
	return statuses
}

func (told *partitionStatus) tell(s partition.Status) {
	told.ProcessedPosition = &s.Applied
	if s.SnapshotID != "" {
		told.SnapshotID, told.ProcessedPositionInSnapshot = &s.SnapshotID, &s.SnapshotIndex
	}
	told.Term, told.FirstIndex, told.LastIndex, told.CommitIndex = s.Term, s.FirstIndex, s.LastIndex, s.Commit
}

func phase(role wire.Role) *string {
	phases := map[wire.Role]string{wire.Leader: "PROCESSING", wire.Follower: "REPLAY"}
	if phase, has := phases[role]; has {
		return &phase
	}
	return nil
}

func (b *Broker) report(m *management.Metrics) {
	gauges := []struct {
		name, help string
		value      func(partition.Status) float64
	}{
		{"engine_partition_leads", "1 if this replica leads its partition.", func(s partition.Status) float64 {
			if wire.Role(s.Role) == wire.Leader {
				return 1
			}
			return 0
		}},
		{"engine_partition_term", "The term of the partition's group.", func(s partition.Status) float64 { return float64(s.Term) }},
		{"engine_partition_applied", "The index of the last entry that was carried out.", func(s partition.Status) float64 { return float64(s.Applied) }},
		{"engine_partition_committed", "The index of the last entry known to be replicated.", func(s partition.Status) float64 { return float64(s.Commit) }},
	}
	for _, gauge := range gauges {
		m.Gauge(gauge.name, gauge.help)
		for _, h := range b.running() {
			m.Value(gauge.name, management.Labels{"partition": strconv.Itoa(h.number)}, gauge.value(h.Status()))
		}
	}
	m.Gauge("engine_partition_damaged", "1 if the partition is not started since its files are damaged.")
	for _, h := range b.replicas {
		damaged := 0.0
		if h.damage != nil {
			damaged = 1
		}
		m.Value("engine_partition_damaged", management.Labels{"partition": strconv.Itoa(h.number)}, damaged)
	}
}
