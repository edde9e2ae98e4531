package processing

import (
	"encoding/json"
	"fmt"

	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/feel"
	"zeebe-chaos/lab/engine/internal/state"
)

// beginLoop begins the body of a multi-instance element: one run for each item, one after the other or all at once.
func (m *Machine) beginLoop(key int64, model *bpmn.Element) {
	element, found := m.state.Elements.Get(key)
	if !found {
		return
	}
	items, err := m.itemsOf(key, model.Loop.InputCollection)
	if err == nil {
		err = m.startBoundaryTimers(element, model)
	}
	if err != nil {
		m.stopEvents(key)
		m.raise(key, 0, err.Error())
		return
	}
	loop := state.Loop{Items: items}
	if model.Loop.OutputElement != nil {
		loop.Outputs = make([][]byte, len(items))
		for i := range loop.Outputs {
			loop.Outputs[i] = []byte("null")
		}
	}
	m.change(key, func(e *state.Element) { e.Loop = &loop })
	if len(items) == 0 {
		m.then(key, func() { m.completeLoop(key, model) })
		return
	}
	runs := len(items)
	if model.Loop.Sequential {
		runs = 1
	}
	for range runs {
		m.startNextItem(key, model)
	}
}

func (m *Machine) itemsOf(scope int64, collection *feel.Expression) ([][]byte, error) {
	text, err := m.evaluate(collection, scope)
	if err != nil {
		return nil, err
	}
	var items []json.RawMessage
	if err := json.Unmarshal(text, &items); err != nil || items == nil {
		return nil, fmt.Errorf("expected the input collection '%s' to be a list, but it is %.80s", collection.Source(), text)
	}
	raw := make([][]byte, len(items))
	for i, item := range items {
		raw[i] = item
	}
	return raw, nil
}

func (m *Machine) startNextItem(body int64, model *bpmn.Element) {
	element, found := m.state.Elements.Get(body)
	if !found || element.Loop == nil || element.Loop.Next >= len(element.Loop.Items) {
		return
	}
	number := element.Loop.Next
	key, _ := m.newElement(model, body)
	m.change(key, func(e *state.Element) { e.Item = &state.Item{Number: number} })
	m.setLocal(key, "loopCounter", fmt.Append(nil, number+1))
	if model.Loop.InputElement != "" {
		m.setLocal(key, model.Loop.InputElement, element.Loop.Items[number])
	}
	m.change(body, func(e *state.Element) {
		loop := *e.Loop
		loop.Next++
		e.Loop = &loop
	})
	m.then(key, func() { m.begin(key, model) })
}

// completeItem ends one run: its output is kept, and the next run begins or the whole ends.
func (m *Machine) completeItem(item state.Element, model *bpmn.Element) {
	loop := model.Loop
	var output []byte
	if loop.OutputElement != nil {
		var err error
		if output, err = m.evaluate(loop.OutputElement, item.Key); err != nil {
			m.raiseEnding(item.Key, err)
			return
		}
	}
	ended, err := m.loopEnds(item.Key, loop)
	if err != nil {
		m.raiseEnding(item.Key, err)
		return
	}
	body := item.Scope
	m.change(body, func(e *state.Element) {
		next := *e.Loop
		next.Done++
		if output != nil {
			next.Outputs = append([][]byte{}, next.Outputs...)
			next.Outputs[item.Item.Number] = output
		}
		e.Loop = &next
	})
	m.remove(item)
	if element, found := m.state.Elements.Get(body); found && (ended || element.Loop.Done == len(element.Loop.Items)) {
		m.completeLoop(body, model)
		return
	}
	if loop.Sequential {
		m.startNextItem(body, model)
	}
}

func (m *Machine) loopEnds(scope int64, loop *bpmn.MultiInstance) (bool, error) {
	if loop.CompletionCondition == nil {
		return false, nil
	}
	value, err := loop.CompletionCondition.Evaluate(m.context(scope))
	if err != nil {
		return false, fmt.Errorf("expected the completion condition '%s' to have a value: %w", loop.CompletionCondition.Source(), err)
	}
	ends, _ := value.(bool)
	return ends, nil
}

func (m *Machine) completeLoop(body int64, model *bpmn.Element) {
	element, found := m.state.Elements.Get(body)
	if !found {
		return
	}
	for _, child := range m.childrenOf(body) {
		m.terminate(child)
	}
	if model.Loop.OutputCollection != "" {
		outputs := make([]json.RawMessage, len(element.Loop.Outputs))
		for i, output := range element.Loop.Outputs {
			outputs[i] = output
		}
		// JSON that was JSON before.
		text, _ := json.Marshal(outputs)
		m.propagate(element.Scope, model.Loop.OutputCollection, text)
	}
	element, _ = m.state.Elements.Get(body)
	m.leave(element, model.Outgoing)
}
