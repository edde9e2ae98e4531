package processing

import (
	"fmt"

	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/state"
)

// take goes along a flow. At a parallel gateway with several incoming flows a token waits until each of them has one.
func (m *Machine) take(flow *bpmn.Flow, scope int64) {
	target := flow.Target
	if target.Kind != bpmn.ParallelGateway || len(target.Incoming) < 2 {
		m.enter(target, scope)
		return
	}
	index := tokenIndex(scope, target.ID, flow.ID)
	waiting, _ := m.state.Arrived.Get(index)
	m.state.Arrived.Set(index, waiting+1)
	// A token counts as a child, so that the scope does not end while it waits.
	m.change(scope, func(e *state.Element) { e.Children++ })
	if !m.everyFlowArrived(target, scope) {
		return
	}
	for _, incoming := range target.Incoming {
		m.takeToken(tokenIndex(scope, target.ID, incoming.ID))
	}
	m.enter(target, scope)
	m.change(scope, func(e *state.Element) { e.Children -= len(target.Incoming) })
}

func tokenIndex(scope int64, gateway, flow string) string {
	return state.By(scope).ByName(gateway).ByName(flow).Key()
}

func (m *Machine) everyFlowArrived(gateway *bpmn.Element, scope int64) bool {
	for _, incoming := range gateway.Incoming {
		if !m.state.Arrived.Has(tokenIndex(scope, gateway.ID, incoming.ID)) {
			return false
		}
	}
	return true
}

func (m *Machine) takeToken(index string) {
	waiting, _ := m.state.Arrived.Get(index)
	if waiting <= 1 {
		m.state.Arrived.Delete(index)
		return
	}
	m.state.Arrived.Set(index, waiting-1)
}

// forgetTokens takes back what waits at the parallel gateways of a scope, and says how many tokens it was.
func (m *Machine) forgetTokens(scope int64) (waiting int) {
	for index, tokens := range under(&m.state.Arrived, state.By(scope).Key()) {
		waiting += tokens
		m.state.Arrived.Delete(index)
	}
	return waiting
}

// choose lets an exclusive gateway end if one of its flows can be taken.
func (m *Machine) choose(element state.Element, model *bpmn.Element) error {
	if _, err := m.chosen(element, model); err != nil {
		return err
	}
	m.thenComplete(element.Key)
	return nil
}

// chosen is the first outgoing flow whose condition is true, or else the default flow.
func (m *Machine) chosen(element state.Element, model *bpmn.Element) (*bpmn.Flow, error) {
	for _, flow := range model.Outgoing {
		if flow == model.Default {
			continue
		}
		if flow.Condition == nil {
			return flow, nil
		}
		value, err := flow.Condition.Evaluate(m.context(element.Key))
		if err != nil {
			return nil, fmt.Errorf("expected the condition '%s' to have a value: %w", flow.Condition.Source(), err)
		}
		if holds, isBoolean := value.(bool); isBoolean && holds {
			return flow, nil
		}
	}
	if model.Default == nil {
		return nil, fmt.Errorf("expected at least one condition of gateway '%s' to be true, or a default flow", model.ID)
	}
	return model.Default, nil
}
