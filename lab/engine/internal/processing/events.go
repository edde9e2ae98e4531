package processing

import (
	"maps"
	"slices"

	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

// beginInside begins the inside of a process instance or a sub-process: its event sub-processes wait for what starts them, and its
// start event is entered.
func (m *Machine) beginInside(scope state.Element, inside *bpmn.Scope, start *bpmn.Element) error {
	for _, sub := range inside.EventSubProcesses {
		if err := m.waitFor(scope, sub.Start); err != nil {
			return err
		}
	}
	m.enter(start, scope.Key)
	return nil
}

func (m *Machine) waitFor(scope state.Element, start *bpmn.Element) error {
	if start.Kind == bpmn.TimerStart {
		return m.startTimer(scope, start, start.ID)
	}
	name, err := m.evaluateText(start.SignalName, scope.Key, "signal name")
	if err != nil {
		return err
	}
	index := state.ByName(name).By(scope.Key).ByName(start.ID).Key()
	m.state.Listeners.Set(index, state.Listener{Scope: scope.Key, Start: start.ID})
	m.state.ListenersBy.Set(state.By(scope.Key).ByName(start.ID).Key(), index)
	return nil
}

// stopEvents has an element instance wait for no timer and no signal any more.
func (m *Machine) stopEvents(key int64) {
	m.stopTimers(state.By(key))
	m.stopListening(state.By(key))
}

// stopListening removes the listeners that an index finds: those of a scope, or of one start event in it.
func (m *Machine) stopListening(by state.Index) {
	for own, index := range under(&m.state.ListenersBy, by.Key()) {
		m.state.Listeners.Delete(index)
		m.state.ListenersBy.Delete(own)
	}
}

// startEventSubProcess begins an event sub-process at its start event; an interrupting one ends all else in the scope,
// and that anything else may start there. In a scope that an incident keeps from ending nothing starts, as in Zeebe.
func (m *Machine) startEventSubProcess(scope int64, start *bpmn.Element, variables map[string]rawJSON) {
	if around, _ := m.state.Elements.Get(scope); around.Incident != 0 {
		return
	}
	others := m.childrenOf(scope)
	key, found := m.newElement(start.Parent, scope)
	if !found {
		return
	}
	m.propagateFrom(key, start, variables)
	m.then(key, func() { m.begin(key, start.Parent) })
	if !start.Interrupting {
		return
	}
	element, _ := m.state.Elements.Get(scope)
	for _, sub := range m.inside(element).EventSubProcesses {
		event := state.By(scope).ByName(sub.Start.ID)
		m.stopTimers(event)
		m.stopListening(event)
	}
	for _, other := range others {
		m.terminate(other)
	}
	waiting := m.forgetTokens(scope)
	m.change(scope, func(e *state.Element) { e.Children -= waiting })
}

// broadcast takes a signal and has every other partition take it too.
func (m *Machine) broadcast(c *command.BroadcastSignal) *command.Answer {
	if _, err := document(c.Variables); err != nil {
		return noDocument(err)
	}
	for to := 1; to <= m.partitions; to++ {
		if to != m.partition {
			m.send(to, command.Deliver{Signal: c})
		}
	}
	m.signal(c)
	return &command.Answer{Key: m.state.NewKey()}
}

// signal starts every event sub-process that waits for a signal of the name.
func (m *Machine) signal(c *command.BroadcastSignal) {
	// It was a JSON object when the signal was broadcast.
	variables, _ := document(c.Variables)
	for _, index := range slices.Sorted(maps.Keys(under(&m.state.Listeners, state.ByName(c.Name).Key()))) {
		// One that interrupts may have ended those after it.
		if listener, found := m.state.Listeners.Get(index); found {
			scope, _ := m.state.Elements.Get(listener.Scope)
			m.startEventSubProcess(listener.Scope, m.process(scope.Definition).Elements[listener.Start], variables)
			m.run()
		}
	}
}
