// Package processing carries out commands: it is the deterministic state machine of a partition. The same commands in the
// same order give the same state and the same answers on every replica; nothing else gets in, neither a clock nor chance.
package processing

import (
	"fmt"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

// maxSteps bounds what one command can set off: a process that loops without ever waiting must not stop its partition.
const maxSteps = 10_000

var tooManySteps = fmt.Sprintf("expected to come to a wait within %d steps, but there was none; resolve to go on", maxSteps)

// Effects are what the leader has to do after a command; followers forget them.
type Effects struct {
	// Ready are the types of jobs that can be activated now.
	Ready []string
	// Completed are instances whose result is awaited.
	Completed []Completed
	// Sent says that there is something new for another partition.
	Sent bool
}

// Completed is the end of an instance whose result is awaited: Variables is a JSON object; Cancelled says that it has none.
type Completed struct {
	Instance  int64
	Variables []byte
	Cancelled bool
}

// Machine is the state machine of one partition; it is not safe for use by several goroutines at once.
type Machine struct {
	state      *state.State
	models     models
	partition  int
	partitions int

	// These live as long as one command.
	now     int64
	queue   []step
	effects Effects
}

// New returns the machine of a partition of a cluster with that many partitions.
func New(partition, partitions int) *Machine {
	return &Machine{state: state.New(partition), models: newModels(), partition: partition, partitions: partitions}
}

// State is what the machine works on; its user may read it between commands.
func (m *Machine) State() *state.State { return m.state }

// Restore replaces the state by the snapshot in a folder.
func (m *Machine) Restore(folder string) error {
	restored := state.New(m.partition)
	if err := restored.Read(folder); err != nil {
		return err
	}
	if restored.Partition() != m.partition {
		return fmt.Errorf("the snapshot is expected to be of partition %d, found one of partition %d", m.partition, restored.Partition())
	}
	m.state, m.models = restored, newModels()
	return nil
}

// Apply carries out a command.
func (m *Machine) Apply(c *command.Command) (*command.Answer, Effects) {
	m.now, m.queue, m.effects = c.At, nil, Effects{}
	answer := m.dispatch(c)
	m.run()
	return answer, m.effects
}

func (m *Machine) dispatch(c *command.Command) *command.Answer {
	switch {
	case c.Deploy != nil:
		return m.deploy(c.Deploy)
	case c.CreateInstance != nil:
		return m.createInstance(c.CreateInstance)
	case c.CancelInstance != nil:
		return m.cancelInstance(c.CancelInstance)
	case c.MigrateInstance != nil:
		return m.migrateInstance(c.MigrateInstance)
	case c.SetVariables != nil:
		return m.setVariables(c.SetVariables)
	case c.PublishMessage != nil:
		return m.publish(c.PublishMessage)
	case c.ActivateJobs != nil:
		return m.activateJobs(c.ActivateJobs)
	case c.CompleteJob != nil:
		return m.completeJob(c.CompleteJob)
	case c.FailJob != nil:
		return m.failJob(c.FailJob)
	case c.ThrowError != nil:
		return m.throwError(c.ThrowError)
	case c.UpdateJobRetries != nil:
		return m.updateJobRetries(c.UpdateJobRetries)
	case c.UpdateJobTimeout != nil:
		return m.updateJobTimeout(c.UpdateJobTimeout)
	case c.YieldJob != nil:
		return m.yieldJob(c.YieldJob)
	case c.ResolveIncident != nil:
		return m.resolveIncident(c.ResolveIncident)
	case c.EvaluateDecision != nil:
		return m.evaluateDecision(c.EvaluateDecision)
	case c.BroadcastSignal != nil:
		return m.broadcast(c.BroadcastSignal)
	case c.Elapse != nil:
		return m.elapse()
	case c.Deliver != nil:
		return m.deliver(c.Deliver)
	case c.Acknowledge != nil:
		return m.acknowledge(c.Acknowledge)
	}
	return command.Reject(command.InvalidArgument, "Expected a command that this engine knows, but found none of them")
}

// step is work that a command set off, for an element instance unless that is 0.
type step struct {
	element int64
	do      func()
	// ends says that it is the end of the element instance.
	ends bool
}

// then puts a step behind those that wait already; steps are taken one after the other, so that a long process is no deep
// recursion.
func (m *Machine) then(element int64, do func()) {
	m.queue = append(m.queue, step{element: element, do: do})
}

// thenComplete is then for the end of an element instance.
func (m *Machine) thenComplete(element int64) {
	m.queue = append(m.queue, step{element: element, do: func() { m.complete(element) }, ends: true})
}

func (m *Machine) run() {
	for taken := 0; len(m.queue) > 0; taken++ {
		next := m.queue[0]
		m.queue = m.queue[1:]
		if taken < maxSteps || next.element == 0 {
			next.do()
			continue
		}
		if m.state.Elements.Has(next.element) {
			m.raiseIncident(state.Incident{Element: next.element, Message: tooManySteps, Ending: next.ends})
		}
	}
}
