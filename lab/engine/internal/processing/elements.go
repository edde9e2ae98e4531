package processing

import (
	"encoding/json"
	"fmt"
	"strings"

	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/feel"
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
		m.stopTimers(key)
		m.raise(key, 0, err.Error())
	}
}

func (m *Machine) behave(element state.Element, model *bpmn.Element) error {
	switch model.Kind {
	case bpmn.ServiceTask:
		return m.createJob(element, model)
	case bpmn.BusinessRuleTask:
		return m.decide(element, model)
	case bpmn.MessageCatch:
		return m.await(element, model)
	case bpmn.TimerCatch:
		return m.startTimer(element, model, "")
	case bpmn.ExclusiveGateway:
		return m.choose(element, model)
	case bpmn.SubProcess:
		m.enter(model.Start, element.Key)
		return nil
	case bpmn.EndErrorEvent:
		return m.throw(element, model.ErrorCode, "")
	default:
		m.then(element.Key, func() { m.complete(element.Key) })
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
			err = m.setPath(element.Scope, output.Target, value, false)
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
		m.then(scope, func() { m.complete(scope) })
	}
}

func (m *Machine) completeInstance(element state.Element) {
	if element.AwaitResult {
		variables := m.visibleFrom(element.Key, element.Fetch)
		m.effects.Completed = append(m.effects.Completed, Completed{Instance: element.Key, Variables: variables})
	}
	m.remove(element)
}

// terminate ends an element instance and all inside it, without outputs and without going on.
func (m *Machine) terminate(key int64) {
	element, found := m.state.Elements.Get(key)
	if !found {
		return
	}
	for _, child := range m.childrenOf(key) {
		m.terminate(child)
	}
	if element.Scope == 0 && element.AwaitResult {
		m.effects.Completed = append(m.effects.Completed, Completed{Instance: key, Cancelled: true})
	}
	m.remove(element)
}

// remove takes an element instance out of the state with all that hangs on it.
func (m *Machine) remove(element state.Element) {
	m.removeJob(element.Job)
	m.stopTimers(element.Key)
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

func (m *Machine) childrenOf(key int64) (children []int64) {
	prefix := state.By(key).Key()
	m.state.Children.From(prefix, func(index string, _ bool) bool {
		if !strings.HasPrefix(index, prefix) {
			return false
		}
		children = append(children, state.LastNumber(index))
		return true
	})
	return children
}

// below returns all active element instances inside one, in the order of their keys within each scope.
func (m *Machine) below(key int64) (all []state.Element) {
	for _, child := range m.childrenOf(key) {
		element, _ := m.state.Elements.Get(child)
		all = append(append(all, element), m.below(child)...)
	}
	return all
}

func (m *Machine) evaluate(expression *feel.Expression, scope int64) ([]byte, error) {
	value, err := expression.Evaluate(m.context(scope))
	if err != nil {
		return nil, fmt.Errorf("expected the expression '%s' to have a value: %w", expression.Source(), err)
	}
	return feel.ToJSON(value)
}

func (m *Machine) evaluateText(expression *feel.Expression, scope int64, what string) (string, error) {
	value, err := expression.Evaluate(m.context(scope))
	if err != nil {
		return "", fmt.Errorf("expected the expression '%s' to have a value: %w", expression.Source(), err)
	}
	switch value := value.(type) {
	case string:
		return value, nil
	case float64:
		text, err := feel.ToJSON(value)
		return string(text), err
	}
	return "", fmt.Errorf("expected the %s '%s' to be a text, but it is %T", what, expression.Source(), value)
}

// setPath sets a variable, or a.b inside variable a.
func (m *Machine) setPath(scope int64, target string, value []byte, local bool) error {
	name, rest, nested := strings.Cut(target, ".")
	if nested {
		around := map[string]json.RawMessage{}
		if text, found := m.state.Variables.Get(variableIndex(scope, name)); found {
			// Whatever else was there gives way to an object.
			_ = json.Unmarshal(text, &around)
		}
		inner, err := json.Marshal(nest(around[firstOf(rest)], rest, value))
		if err != nil {
			return err
		}
		around[firstOf(rest)] = inner
		if value, err = json.Marshal(around); err != nil {
			return err
		}
	}
	if local {
		m.setLocal(scope, name, value)
	} else {
		m.propagate(scope, name, value)
	}
	return nil
}

func firstOf(path string) string {
	first, _, _ := strings.Cut(path, ".")
	return first
}

func nest(present json.RawMessage, path string, value json.RawMessage) json.RawMessage {
	_, rest, nested := strings.Cut(path, ".")
	if !nested {
		return value
	}
	around := map[string]json.RawMessage{}
	_ = json.Unmarshal(present, &around)
	around[firstOf(rest)] = nest(around[firstOf(rest)], rest, value)
	text, err := json.Marshal(around)
	if err != nil {
		return value
	}
	return text
}
