package directory

import (
	"testing"
	"time"

	"zeebe-chaos/lab/engine/internal/wire"
)

func TestOneContactLeadsToAllBrokers(t *testing.T) {
	fakes := cluster(t, 3)
	d := open(t, fakes[1].address)
	eventually(t, d, "three brokers", func() bool { return brokers(d) == 3 })
	topology := d.Topology()
	for i, broker := range topology.Brokers {
		if broker.Node != i {
			t.Errorf("broker %d is in place %d, expected them by node", broker.Node, i)
		}
	}
	if topology.ClusterSize != 3 || topology.PartitionsCount != 1 || topology.ReplicationFactor != 3 {
		t.Errorf("the cluster's shape is wrong: %+v", topology)
	}
}

func TestANameThatAllBrokersHaveIsOnlyADoor(t *testing.T) {
	fakes := cluster(t, 2)
	door := listen(t, "127.0.0.1:0")
	go fakes[0].server.Serve(door)
	d := open(t, door.Addr().String())
	eventually(t, d, "two brokers", func() bool { return brokers(d) == 2 && watched(d) == 2 })
}

func TestABrokerThatVanishedLeavesAfterItsSilenceAndComesBackSoon(t *testing.T) {
	fakes := cluster(t, 2)
	d := open(t, fakes[0].address)
	eventually(t, d, "two brokers", func() bool { return brokers(d) == 2 })

	fakes[1].stop()
	eventually(t, d, "no way to broker 1", func() bool { return d.Connection(1) == nil })
	if brokers(d) != 2 {
		t.Errorf("the broker left the topology before it was silent for %v", Silence)
	}
	if took := eventually(t, d, "one broker", func() bool { return brokers(d) == 1 }); took > 3*Silence {
		t.Errorf("the broker was in the topology for %v after it had gone", took)
	}
	fakes[1].restart(t)
	if took := eventually(t, d, "two brokers again", func() bool { return brokers(d) == 2 }); took > Silence {
		t.Errorf("the broker was found again only after %v", took)
	}
}

func TestASilentConnectionIsReplaced(t *testing.T) {
	fakes := cluster(t, 1)
	d := open(t, fakes[0].address)
	eventually(t, d, "a broker", func() bool { return brokers(d) == 1 })
	first := d.Connection(0)
	fakes[0].fallSilent()
	eventually(t, d, "another connection", func() bool { c := d.Connection(0); return c != nil && c != first })
}

func TestOfTwoLeadersTheHigherTermCounts(t *testing.T) {
	fakes := cluster(t, 3)
	d := open(t, fakes[0].address)
	fakes[0].says(wire.Leader, 4, 0)
	fakes[1].says(wire.Leader, 5, 1)
	fakes[2].says(wire.Follower, 4, 0)
	eventually(t, d, "broker 1 leads", func() bool { node, _, ok := d.LeaderOf(1); return brokers(d) == 3 && ok && node == 1 })
	want := []wire.Role{wire.Follower, wire.Leader, wire.Follower}
	for i, broker := range d.Topology().Brokers {
		if got := broker.Partitions[0].Role; got != want[i] {
			t.Errorf("broker %d is %s, expected %s", i, got, want[i])
		}
	}
}

func TestAFollowerTellsWhoLeads(t *testing.T) {
	fakes := cluster(t, 2)
	d := open(t, fakes[0].address)
	fakes[0].says(wire.Follower, 7, 1)
	eventually(t, d, "broker 1 leads", func() bool { node, connection, ok := d.LeaderOf(1); return ok && node == 1 && connection != nil })

	fakes[1].stop()
	eventually(t, d, "no leader that can be reached", func() bool { _, _, ok := d.LeaderOf(1); return !ok })
}

func TestBrokersThatAreNotTheOnesAreNotListenedTo(t *testing.T) {
	for name, mistake := range map[string]func(*wire.Status){
		"of another cluster": func(s *wire.Status) { s.ClusterName = "another" },
		"another node":       func(s *wire.Status) { s.Node = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			fakes := cluster(t, 2)
			fakes[1].tell(mistake)
			d := open(t, fakes[0].address)
			eventually(t, d, "one broker", func() bool { return brokers(d) == 1 })
			select {
			case <-d.Changed():
				t.Errorf("the directory listened to the wrong broker: %+v", d.Topology())
			case <-time.After(2 * wire.Heartbeat):
			}
			if d.Connection(1) != nil {
				t.Error("there is a way to the wrong broker")
			}
		})
	}
}

func brokers(d *Directory) int { return len(d.Topology().Brokers) }

func watched(d *Directory) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.peers)
}
