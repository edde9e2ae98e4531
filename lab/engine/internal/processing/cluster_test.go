package processing

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

// cluster is several partitions without a log: commands between them are carried at once, unless held back.
type cluster struct {
	t        *testing.T
	now      int64
	machines map[int]*Machine
	logs     map[int][]*command.Command
	effects  map[int]Effects
	held     bool
}

func newCluster(t *testing.T, partitions int) *cluster {
	c := &cluster{t: t, now: 1_000_000, machines: map[int]*Machine{}, logs: map[int][]*command.Command{}, effects: map[int]Effects{}}
	for p := 1; p <= partitions; p++ {
		c.machines[p] = New(p, partitions)
	}
	return c
}

// do carries out a command as the leader would, and what it sets off on other partitions.
func (c *cluster) do(partition int, cmd command.Command) *command.Answer {
	c.t.Helper()
	cmd.At = c.now
	copied := roundTrip(c.t, &cmd)
	c.logs[partition] = append(c.logs[partition], copied)
	answer, effects := c.machines[partition].Apply(copied)
	c.effects[partition] = effects
	if !c.held {
		c.carry()
	}
	return answer
}

// roundTrip has a command as it comes out of a log.
func roundTrip(t *testing.T, c *command.Command) *command.Command {
	t.Helper()
	text, err := command.Encoding.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	decoded := &command.Command{}
	if err := command.Decoding.Unmarshal(text, decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}

// carry brings every command in every outbox to its partition, twice, as a sender does that got no answer.
func (c *cluster) carry() {
	for moved := true; moved; {
		moved = false
		for from := 1; from <= len(c.machines); from++ {
			for _, row := range c.outbox(from) {
				moved = true
				for range 2 {
					c.apply(row.To, command.Command{Deliver: &row.Command})
				}
				c.apply(from, command.Command{Acknowledge: &command.Acknowledge{To: row.To, Sequence: row.Command.Sequence}})
			}
		}
	}
}

func (c *cluster) apply(partition int, cmd command.Command) {
	held := c.held
	c.held = true
	c.do(partition, cmd)
	c.held = held
}

func (c *cluster) outbox(partition int) (rows []state.Outgoing) {
	c.machines[partition].state.Outbox.All(func(_ string, row state.Outgoing) bool {
		rows = append(rows, row)
		return true
	})
	return rows
}

func (c *cluster) elapse(milliseconds int64) {
	c.now += milliseconds
	for p := 1; p <= len(c.machines); p++ {
		c.do(p, command.Command{Elapse: &command.Elapse{}})
	}
}

func (c *cluster) deploy(names ...string) *command.Answer {
	c.t.Helper()
	var resources []command.Resource
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join("../../../../bpmn", name))
		if err != nil {
			c.t.Fatal(err)
		}
		resources = append(resources, command.Resource{Name: filepath.Base(name), Content: content})
	}
	return c.ok(c.do(1, command.Command{Deploy: &command.Deploy{Resources: resources}}))
}

// deployProcess deploys the inside of a process with id p.
func (c *cluster) deployProcess(inside string) {
	c.t.Helper()
	c.ok(c.tryProcess("p", inside))
}

func (c *cluster) tryProcess(id, inside string) *command.Answer {
	c.t.Helper()
	content := fmt.Sprintf(`<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
		xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><b:process id="%s" isExecutable="true">%s</b:process>
		<b:error id="oops" errorCode="oops"/><b:signal id="called" name="called"/></b:definitions>`, id, inside)
	return c.do(1, command.Command{Deploy: &command.Deploy{Resources: []command.Resource{{Name: id + ".bpmn", Content: []byte(content)}}}})
}

func (c *cluster) ok(answer *command.Answer) *command.Answer {
	c.t.Helper()
	if answer.Rejection != nil {
		c.t.Fatalf("expected the command to be carried out, but: %s", answer.Rejection.Reason)
	}
	return answer
}

func (c *cluster) refused(answer *command.Answer, code command.Code) {
	c.t.Helper()
	if answer.Rejection == nil || answer.Rejection.Code != code {
		c.t.Fatalf("expected a rejection %s, found %+v", code, answer.Rejection)
	}
}

func (c *cluster) create(partition int, process, variables string) int64 {
	c.t.Helper()
	return c.ok(c.do(partition, command.Command{CreateInstance: &command.CreateInstance{
		ProcessID: process, Version: -1, Variables: []byte(variables), AwaitResult: true,
	}})).Key
}

func (c *cluster) activate(partition int, jobType string) []command.Job {
	c.t.Helper()
	return c.ok(c.do(partition, command.Command{ActivateJobs: &command.ActivateJobs{
		Type: jobType, Worker: "w", Timeout: 5_000, Max: 100,
	}})).Jobs
}

func (c *cluster) complete(partition int, job int64, variables string) {
	c.t.Helper()
	c.ok(c.do(partition, command.Command{CompleteJob: &command.CompleteJob{Key: job, Variables: []byte(variables)}}))
}

// result is the end of the instance that the last command on a partition completed.
func (c *cluster) result(partition int) string {
	c.t.Helper()
	completed := c.effects[partition].Completed
	if len(completed) != 1 {
		c.t.Fatalf("expected the last command to complete one instance, found %d", len(completed))
	}
	return string(completed[0].Variables)
}

// empty fails if anything is left of instances.
func (c *cluster) empty() {
	c.t.Helper()
	for p, m := range c.machines {
		s := m.state
		left := map[string]int{
			"elements": s.Elements.Len(), "children": s.Children.Len(), "variables": s.Variables.Len(), "jobs": s.Jobs.Len(),
			"ready": s.JobsReady.Len(), "due": s.JobsDue.Len(), "timers": s.Timers.Len(), "timers by": s.TimersBy.Len(),
			"listeners": s.Listeners.Len(), "listeners by": s.ListenersBy.Len(), "waits": s.Waits.Len(), "subscriptions": s.Subscriptions.Len(), "incidents": s.Incidents.Len(),
			"outbox": s.Outbox.Len(), "tokens": s.Arrived.Len(), "early": s.Early.Len(),
		}
		for what, count := range left {
			if count > 0 {
				c.t.Errorf("expected nothing to be left on partition %d, found %d %s", p, count, what)
			}
		}
	}
}
