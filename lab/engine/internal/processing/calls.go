package processing

import (
	"fmt"

	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/state"
)

// call makes an instance of the process that a call activity calls, the latest that this partition has. It sees the
// activity's own variables, and those around it where the model does not keep them back.
func (m *Machine) call(element state.Element, model *bpmn.Element) error {
	id, err := m.evaluateText(model.CalledProcess, element.Key, "process id")
	if err != nil {
		return err
	}
	definition, found := m.latestProcess(id)
	if !found {
		return fmt.Errorf("expected process with BPMN process id '%s' to be deployed, but not found", id)
	}
	process := m.process(definition.Key)
	if process == nil || process.Root.Start == nil {
		return fmt.Errorf("expected process with BPMN process id '%s' to have a none start event, but not found", id)
	}
	variables := m.localOf(element.Key)
	if model.PropagateAllParentVariables {
		variables = m.visible(element.Key)
	}
	called := m.newInstance(definition, process.Root.Start, variables, state.Element{Caller: element.Key})
	m.change(element.Key, func(e *state.Element) { e.Called = called })
	return nil
}

// handBack ends a call activity with the variables of the instance that it made, which the model may keep back.
func (m *Machine) handBack(caller int64, variables map[string]rawJSON) {
	m.change(caller, func(e *state.Element) { e.Called = 0 })
	if model := m.modelOf(caller); model != nil && (model.PropagateAllChildVariables || len(model.Outputs) > 0) {
		m.propagateFrom(caller, model, variables)
	}
	m.thenComplete(caller)
}

// outwards visits the element instances from one outwards, on through call activities, until visit returns false.
func (m *Machine) outwards(from int64, visit func(state.Element) bool) {
	for at := from; at != 0; {
		element, found := m.state.Elements.Get(at)
		if !found || !visit(element) {
			return
		}
		if at = element.Scope; at == 0 {
			at = element.Caller
		}
	}
}

// rootOf is the process instance that no call activity made.
func (m *Machine) rootOf(key int64) (root int64) {
	m.outwards(key, func(element state.Element) bool {
		root = element.Instance
		return true
	})
	return root
}
