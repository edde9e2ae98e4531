package processing

import (
	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/state"
)

// change writes an element instance that is still active; one that has ended stays so.
func (m *Machine) change(key int64, how func(*state.Element)) {
	element, found := m.state.Elements.Get(key)
	if !found {
		return
	}
	how(&element)
	m.state.Elements.Set(key, element)
}

// enter begins an element inside a scope.
func (m *Machine) enter(model *bpmn.Element, scope int64) {
	key, found := m.newElement(model, scope)
	if !found {
		return
	}
	m.then(key, func() {
		if model.Loop != nil {
			m.beginLoop(key, model)
			return
		}
		m.begin(key, model)
	})
}

func (m *Machine) newElement(model *bpmn.Element, scope int64) (key int64, found bool) {
	around, found := m.state.Elements.Get(scope)
	if !found {
		return 0, false
	}
	key = m.state.NewKey()
	m.state.Elements.Set(key, state.Element{
		Key: key, Instance: around.Instance, Scope: scope, ID: model.ID,
		Definition: around.Definition, ProcessID: around.ProcessID, Version: around.Version,
	})
	m.state.Children.Set(state.By(scope).By(key).Key(), true)
	m.change(scope, func(e *state.Element) { e.Children++ })
	return key, true
}

// begin maps the inputs of an element and does what is special about its kind. What fails becomes an incident; to resolve
// it is to begin again.
func (m *Machine) begin(key int64, model *bpmn.Element) {
	element, found := m.state.Elements.Get(key)
	if !found {
		return
	}
	err := m.mapInputs(element, model)
	if err == nil && element.Item == nil {
		err = m.startBoundaryTimers(element, model)
	}
	if err == nil {
		err = m.behave(element, model)
	}
	if err != nil {
		m.stopEvents(key)
		m.raise(key, 0, err.Error())
	}
}

func (m *Machine) behave(element state.Element, model *bpmn.Element) error {
	switch model.Kind {
	case bpmn.ServiceTask:
		return m.createJob(element, model)
	case bpmn.BusinessRuleTask:
		return m.decide(element, model)
	case bpmn.ScriptTask:
		return m.script(element, model)
	case bpmn.CallActivity:
		return m.call(element, model)
	case bpmn.MessageCatch:
		return m.await(element, model)
	case bpmn.TimerCatch:
		return m.startTimer(element, model, "")
	case bpmn.ExclusiveGateway:
		return m.choose(element, model)
	case bpmn.SubProcess, bpmn.EventSubProcess:
		return m.beginInside(element, model.Scope, model.Start)
	case bpmn.EndErrorEvent:
		return m.throw(element, model.ErrorCode, "")
	default:
		m.thenComplete(element.Key)
		return nil
	}
}

func (m *Machine) mapInputs(element state.Element, model *bpmn.Element) error {
	for _, input := range model.Inputs {
		value, err := m.evaluate(input.Source, element.Key)
		if err != nil {
			return err
		}
		if err := m.setPath(element.Key, input.Target, value, true); err != nil {
			return err
		}
	}
	return nil
}
