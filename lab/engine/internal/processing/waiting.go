package processing

import (
	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/correlation"
	"zeebe-chaos/lab/engine/internal/state"
)

// await has an element instance wait for a message: the message's partition is told.
func (m *Machine) await(element state.Element, model *bpmn.Element) error {
	name, err := m.evaluateText(model.MessageName, element.Key, "message name")
	if err != nil {
		return err
	}
	correlationKey, err := m.evaluateText(model.CorrelationKey, element.Key, "correlation key")
	if err != nil {
		return err
	}
	m.state.Waits.Set(element.Key, state.Waiting{Name: name, CorrelationKey: correlationKey})
	m.send(correlation.Partition(correlationKey, m.partitions), command.Deliver{Subscribe: &command.Subscribe{
		ElementInstance: element.Key, ProcessID: element.ProcessID, Name: name, CorrelationKey: correlationKey,
	}})
	return nil
}

func (m *Machine) stopWaiting(element state.Element) {
	waiting, found := m.state.Waits.Get(element.Key)
	if !found {
		return
	}
	m.state.Waits.Delete(element.Key)
	m.send(correlation.Partition(waiting.CorrelationKey, m.partitions), command.Deliver{Unsubscribe: &command.Unsubscribe{
		ElementInstance: element.Key, Name: waiting.Name, CorrelationKey: waiting.CorrelationKey,
	}})
}

// correlate ends the wait of an element instance with a message; one that waits no longer gives the message back.
func (m *Machine) correlate(c *command.Correlate) {
	if !m.state.Waits.Has(c.ElementInstance) {
		m.send(state.PartitionOf(c.Message), command.Deliver{Return: &command.Return{Message: c.Message, ProcessID: c.ProcessID}})
		return
	}
	m.state.Waits.Delete(c.ElementInstance)
	// It was a JSON object when the message was published.
	variables, _ := document(c.Variables)
	m.propagateFrom(c.ElementInstance, m.modelOf(c.ElementInstance), variables)
	m.thenComplete(c.ElementInstance)
}
