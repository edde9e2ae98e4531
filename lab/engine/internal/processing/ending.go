package processing

import (
	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/state"
)

// complete ends an element instance well, maps its outputs and goes on along its outgoing flows.
func (m *Machine) complete(key int64) {
	element, found := m.state.Elements.Get(key)
	if !found {
		return
	}
	model := m.model(element)
	if model == nil {
		m.completeInstance(element)
		return
	}
	for _, output := range model.Outputs {
		value, err := m.evaluate(output.Source, key)
		if err == nil {
			err = m.setPath(outputScope(element), output.Target, value, false)
		}
		if err != nil {
			m.raiseEnding(key, err)
			return
		}
	}
	if element.Item != nil {
		m.completeItem(element, model)
		return
	}
	flows := model.Outgoing
	if model.Kind == bpmn.ExclusiveGateway {
		flow, err := m.chosen(element, model)
		if err != nil {
			m.raiseEnding(key, err)
			return
		}
		flows = []*bpmn.Flow{flow}
	}
	m.leave(element, flows)
}

// outputScope is from where outputs look for their variables: around the element, or in it where it is one run of a
// multi-instance element, so that runs do not overwrite what others have there, as in Zeebe.
func outputScope(element state.Element) int64 {
	if element.Item != nil {
		return element.Key
	}
	return element.Scope
}

// leave removes an element instance and takes flows from it; the scope ends with its last child.
func (m *Machine) leave(element state.Element, flows []*bpmn.Flow) {
	m.remove(element)
	for _, flow := range flows {
		m.take(flow, element.Scope)
	}
	m.endEmptyScope(element.Scope)
}

func (m *Machine) endEmptyScope(scope int64) {
	if around, found := m.state.Elements.Get(scope); found && around.Children == 0 {
		m.thenComplete(scope)
	}
}

func (m *Machine) completeInstance(element state.Element) {
	if element.AwaitResult {
		variables := m.visibleFrom(element.Key, element.Fetch)
		m.effects.Completed = append(m.effects.Completed, Completed{Instance: element.Key, Variables: variables})
	}
	variables := m.localOf(element.Key)
	m.remove(element)
	if element.Caller != 0 {
		m.handBack(element.Caller, variables)
	}
}

// terminate ends an element instance and all inside it, or that it called, without outputs and without going on.
func (m *Machine) terminate(key int64) {
	element, found := m.state.Elements.Get(key)
	if !found {
		return
	}
	for _, child := range m.childrenOf(key) {
		m.terminate(child)
	}
	m.terminate(element.Called)
	if element.Scope == 0 && element.AwaitResult {
		m.effects.Completed = append(m.effects.Completed, Completed{Instance: key, Cancelled: true})
	}
	m.remove(element)
}

// remove takes an element instance out of the state with all that hangs on it.
func (m *Machine) remove(element state.Element) {
	m.removeJob(element.Job)
	m.stopEvents(element.Key)
	m.stopWaiting(element)
	m.dropIncident(element.Incident)
	m.forgetVariables(element.Key)
	m.forgetTokens(element.Key)
	m.state.Elements.Delete(element.Key)
	if element.Scope != 0 {
		m.state.Children.Delete(state.By(element.Scope).By(element.Key).Key())
		m.change(element.Scope, func(e *state.Element) { e.Children-- })
	}
}

func (m *Machine) childrenOf(key int64) []int64 {
	return numbersUnder(&m.state.Children, state.By(key).Key())
}

// below returns all active element instances inside one, in the order of their keys within each scope.
func (m *Machine) below(key int64) (all []state.Element) {
	for _, child := range m.childrenOf(key) {
		element, _ := m.state.Elements.Get(child)
		all = append(append(all, element), m.below(child)...)
	}
	return all
}
