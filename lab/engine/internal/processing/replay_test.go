package processing

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"zeebe-chaos/lab/engine/internal/command"
)

// busy drives a cluster of three partitions with many different commands, the same for the same seed.
func busy(t *testing.T, seed uint64, commands int) *cluster {
	c := newCluster(t, 3)
	c.deploy("client-load.bpmn", "message-receiver.bpmn", "canary.bpmn", "multi-version/v1.bpmn", "multi-version/v1.dmn")
	c.ok(c.tryProcess("q", called()+eventSubProcess(`isInterrupting="false"`, onSignal)))
	c.deployProcess(caller("", "", "") + eventSubProcess("", onSignal))
	c.ok(c.tryProcess("daily", startedBy(`<b:timeCycle>R/PT7S</b:timeCycle>`, "work")))
	random := rand.New(rand.NewPCG(seed, 1))
	var instances, jobs []int64
	for n := range commands {
		p := 1 + random.IntN(3)
		variables := []byte(fmt.Sprintf(`{"jobType":"work","messageName":"m","correlationKey":"k%d"}`, n%7))
		process := []string{"zeebe-chaos-client-load", "zeebe-chaos-message-receiver", "zeebe-chaos-canary", "multiVersion", "p", "q"}[random.IntN(6)]
		switch random.IntN(8) {
		case 0, 1:
			answer := c.do(p, command.Command{CreateInstance: &command.CreateInstance{ProcessID: process, Version: -1, Variables: variables}})
			instances = append(instances, answer.Key)
		case 2:
			publish := message(fmt.Sprintf("k%d", random.IntN(7)), fmt.Sprint(n), int64(random.IntN(3_000)))
			c.do(p, publish)
		case 3:
			for _, job := range c.activate(p, "work") {
				jobs = append(jobs, job.Key)
			}
		case 4:
			for _, job := range jobs {
				c.do(int(job>>51), command.Command{CompleteJob: &command.CompleteJob{Key: job, Variables: []byte(`{"n":1}`)}})
			}
			jobs = nil
		case 5:
			if len(instances) > 0 {
				key := instances[random.IntN(len(instances))]
				c.do(max(1, int(key>>51)), command.Command{CancelInstance: &command.CancelInstance{Key: key}})
			}
		case 6:
			c.elapse(int64(random.IntN(2_000)))
			c.deploy(fmt.Sprintf("multi-version/v%d.dmn", 1+random.IntN(2)))
		case 7:
			if random.IntN(10) == 0 {
				c.broadcast("called", `{"n":2}`)
			}
		}
	}
	return c
}

// snapshot returns the files of a machine's state.
func snapshot(t *testing.T, m *Machine) map[string][]byte {
	t.Helper()
	folder := t.TempDir()
	if err := m.state.Capture().Write(folder); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if files[entry.Name()], err = os.ReadFile(filepath.Join(folder, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func same(t *testing.T, what string, a, b map[string][]byte) {
	t.Helper()
	if len(a) == 0 || len(a) != len(b) {
		t.Fatalf("%s: expected as many files, found %d and %d", what, len(a), len(b))
	}
	for name := range a {
		if !bytes.Equal(a[name], b[name]) {
			t.Errorf("%s: expected %s to be the same", what, name)
		}
	}
}

func TestTheSameLogGivesTheSameState(t *testing.T) {
	c := busy(t, 7, 2_000)
	for p := 1; p <= 3; p++ {
		replica := New(p, 3)
		for _, cmd := range c.logs[p] {
			replica.Apply(cmd)
		}
		same(t, fmt.Sprintf("partition %d", p), snapshot(t, c.machines[p]), snapshot(t, replica))
	}
}

func TestASnapshotAndTheRestOfTheLogGiveTheSameState(t *testing.T) {
	c := busy(t, 8, 1_000)
	for p := 1; p <= 3; p++ {
		half := len(c.logs[p]) / 2
		before := New(p, 3)
		for _, cmd := range c.logs[p][:half] {
			before.Apply(cmd)
		}
		folder := t.TempDir()
		captured := before.state.Capture()
		for _, cmd := range c.logs[p][half:] { // what comes after the capture does not show in it
			before.Apply(cmd)
		}
		if err := captured.Write(folder); err != nil {
			t.Fatal(err)
		}
		restored := New(p, 3)
		if err := restored.Restore(folder); err != nil {
			t.Fatal(err)
		}
		for _, cmd := range c.logs[p][half:] {
			restored.Apply(cmd)
		}
		same(t, fmt.Sprintf("partition %d", p), snapshot(t, before), snapshot(t, restored))
	}
}

func TestASnapshotOfAnotherPartitionIsRefused(t *testing.T) {
	folder := t.TempDir()
	if err := New(1, 3).state.Capture().Write(folder); err != nil {
		t.Fatal(err)
	}
	if err := New(2, 3).Restore(folder); err == nil {
		t.Error("expected an error")
	}
}
