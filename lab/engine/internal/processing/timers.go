package processing

import (
	"fmt"
	"time"

	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

// mostDue bounds what one Elapse carries out; the leader asks again for the rest.
const mostDue = 500

// startTimer starts the timer of a catch event, or that of the boundary or start event with the given id.
func (m *Machine) startTimer(element state.Element, model *bpmn.Element, event string) error {
	timer, err := model.Timer(m.context(element.Key))
	if err != nil {
		return fmt.Errorf("expected the timer of '%s' to have a time: %w", model.ID, err)
	}
	m.setTimer(timer.Due, state.Timer{Element: element.Key, Event: event})
	return nil
}

func (m *Machine) setTimer(at time.Time, timer state.Timer) {
	due := at.UnixMilli()
	index := state.By(due).By(timer.Owner()).ByName(timer.Event).Key()
	m.state.Timers.Set(index, timer)
	m.state.TimersBy.Set(state.By(timer.Owner()).ByName(timer.Event).By(due).Key(), index)
}

func (m *Machine) startBoundaryTimers(element state.Element, model *bpmn.Element) error {
	for _, boundary := range model.Boundary {
		if boundary.Kind != bpmn.BoundaryTimer {
			continue
		}
		if err := m.startTimer(element, boundary, boundary.ID); err != nil {
			return err
		}
	}
	return nil
}

// stopTimers stops the timers that an index finds: those of an owner, or of one event of it.
func (m *Machine) stopTimers(by state.Index) {
	for own, index := range under(&m.state.TimersBy, by.Key()) {
		m.state.Timers.Delete(index)
		m.state.TimersBy.Delete(own)
	}
}

// NextDue is when the next thing is due, in milliseconds since 1970, and whether there is one.
func (m *Machine) NextDue() (due int64, found bool) {
	for _, first := range []func() (string, bool){m.firstTimer, m.firstJobDue, m.firstMessageDue} {
		if index, any := first(); any && (!found || state.FirstNumber(index) < due) {
			due, found = state.FirstNumber(index), true
		}
	}
	return due, found
}

func (m *Machine) firstTimer() (string, bool)      { return m.state.Timers.First() }
func (m *Machine) firstJobDue() (string, bool)     { return m.state.JobsDue.First() }
func (m *Machine) firstMessageDue() (string, bool) { return m.state.MessagesDue.First() }

// elapse carries out what is due by now, the earliest first.
func (m *Machine) elapse() *command.Answer {
	for range mostDue {
		index, any := m.firstTimer()
		if !any || state.FirstNumber(index) > m.now {
			break
		}
		m.fire(index)
		m.run()
	}
	for range mostDue {
		index, any := m.firstJobDue()
		if !any || state.FirstNumber(index) > m.now {
			break
		}
		m.state.JobsDue.Delete(index)
		if job, found := m.state.Jobs.Get(state.LastNumber(index)); found {
			m.makeReady(job)
		}
	}
	for range mostDue {
		index, any := m.firstMessageDue()
		if !any || state.FirstNumber(index) > m.now {
			break
		}
		m.forgetMessage(state.LastNumber(index))
	}
	return &command.Answer{}
}

func (m *Machine) fire(index string) {
	timer, _ := m.state.Timers.Get(index)
	m.state.Timers.Delete(index)
	due := state.FirstNumber(index)
	m.state.TimersBy.Delete(state.By(timer.Owner()).ByName(timer.Event).By(due).Key())
	if definition, found := m.state.Processes.Get(timer.Definition); found {
		start := m.process(definition.Key).Elements[timer.Event]
		m.repeat(timer, start, due)
		m.newInstance(definition, start, nil, state.Element{})
		return
	}
	element, found := m.state.Elements.Get(timer.Element)
	if !found {
		return
	}
	if timer.Event == "" {
		m.complete(element.Key)
		return
	}
	event := m.process(element.Definition).Elements[timer.Event]
	if event == nil {
		// The instance was migrated to a process without it.
		return
	}
	m.repeat(timer, event, due)
	if event.Kind == bpmn.TimerStart {
		m.startEventSubProcess(element.Key, event, nil)
		return
	}
	m.trigger(element, event)
}

// repeat sets a timer again that is due several times, counted from when it was due.
func (m *Machine) repeat(timer state.Timer, event *bpmn.Element, due int64) {
	if event.TimerCycle == nil || event.Interrupting {
		return
	}
	context := m.context(timer.Element)
	context.Now = time.UnixMilli(due).UTC()
	next, err := event.Timer(context)
	if timer.Fired++; err != nil || (next.Cycle.Repetitions != bpmn.Endless && timer.Fired >= next.Cycle.Repetitions) {
		return
	}
	m.setTimer(next.Due, timer)
}

// trigger goes on from a boundary event; an interrupting one ends the activity that it is attached to.
func (m *Machine) trigger(activity state.Element, boundary *bpmn.Element) {
	m.enter(boundary, activity.Scope)
	if boundary.Interrupting {
		m.terminate(activity.Key)
	}
}
