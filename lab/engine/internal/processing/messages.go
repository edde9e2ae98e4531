package processing

import (
	"strings"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

// This file is the message's side of correlation, on the partition that its correlation key belongs to. The element
// instance's side is in waiting.go. A message goes to an instance once for each process id; the numbers of commands between
// partitions see to it that none is lost or taken twice.

func messageIndex(name, correlationKey string) state.Index {
	return state.ByName(name).ByName(correlationKey)
}

func correlatedIndex(message int64, processID string) string {
	return state.By(message).ByName(processID).Key()
}

func (m *Machine) publish(c *command.PublishMessage) *command.Answer {
	id := messageIndex(c.Name, c.CorrelationKey).ByName(c.MessageID).Key()
	if c.MessageID != "" && m.state.MessageIDs.Has(id) {
		return command.Reject(command.AlreadyExists,
			"Expected to publish a new message with id '%s', but a message with that id was already published", c.MessageID)
	}
	if _, err := document(c.Variables); err != nil {
		return noDocument(err)
	}
	message := state.Message{Key: m.state.NewKey(), PublishMessage: *c, Deadline: m.now + c.TimeToLive}
	m.buffer(message, id)
	for _, subscription := range m.subscriptionsOf(c.Name, c.CorrelationKey) {
		m.offer(message, subscription)
	}
	if c.TimeToLive <= 0 {
		m.forgetMessage(message.Key)
	}
	return &command.Answer{Key: message.Key}
}

func (m *Machine) buffer(message state.Message, id string) {
	m.state.Messages.Set(message.Key, message)
	m.state.MessageNames.Set(messageIndex(message.Name, message.CorrelationKey).By(message.Key).Key(), true)
	m.state.MessagesDue.Set(dueIndex(message.Deadline, message.Key), true)
	if message.MessageID != "" {
		m.state.MessageIDs.Set(id, message.Key)
	}
}

func (m *Machine) forgetMessage(key int64) {
	message, found := m.state.Messages.Get(key)
	if !found {
		return
	}
	name := messageIndex(message.Name, message.CorrelationKey)
	m.state.MessageNames.Delete(name.By(key).Key())
	m.state.MessagesDue.Delete(dueIndex(message.Deadline, key))
	if message.MessageID != "" {
		m.state.MessageIDs.Delete(messageIndex(message.Name, message.CorrelationKey).ByName(message.MessageID).Key())
	}
	for correlated := range under(&m.state.Correlated, state.By(key).Key()) {
		m.state.Correlated.Delete(correlated)
	}
	m.state.Messages.Delete(key)
}

func (m *Machine) subscriptionsOf(name, correlationKey string) (waiting []state.Subscription) {
	prefix := messageIndex(name, correlationKey).Key()
	m.state.Subscriptions.From(prefix, func(index string, row state.Subscription) bool {
		if !strings.HasPrefix(index, prefix) {
			return false
		}
		waiting = append(waiting, row)
		return true
	})
	return waiting
}

// offer gives a message to an element instance unless one of the same process has had it.
func (m *Machine) offer(message state.Message, to state.Subscription) bool {
	correlated := correlatedIndex(message.Key, to.ProcessID)
	if m.state.Correlated.Has(correlated) {
		return false
	}
	m.state.Correlated.Set(correlated, true)
	m.state.Subscriptions.Delete(subscriptionIndex(to.Subscribe))
	m.send(state.PartitionOf(to.ElementInstance), command.Deliver{Correlate: &command.Correlate{
		ElementInstance: to.ElementInstance, ProcessID: to.ProcessID, Message: message.Key,
		Name: message.Name, Variables: message.Variables,
	}})
	return true
}

func subscriptionIndex(s command.Subscribe) string {
	return messageIndex(s.Name, s.CorrelationKey).By(s.ElementInstance).Key()
}

// subscribe keeps that an element instance waits, and gives it the oldest buffered message that it may have.
func (m *Machine) subscribe(c *command.Subscribe) {
	subscription := state.Subscription{Subscribe: *c}
	m.state.Subscriptions.Set(subscriptionIndex(*c), subscription)
	for _, key := range m.bufferedAs(c.Name, c.CorrelationKey) {
		message, _ := m.state.Messages.Get(key)
		if message.Deadline > m.now && m.offer(message, subscription) {
			return
		}
	}
}

func (m *Machine) bufferedAs(name, correlationKey string) []int64 {
	return numbersUnder(&m.state.MessageNames, messageIndex(name, correlationKey).Key())
}

func (m *Machine) unsubscribe(c *command.Unsubscribe) {
	m.state.Subscriptions.Delete(subscriptionIndex(command.Subscribe{
		ElementInstance: c.ElementInstance, Name: c.Name, CorrelationKey: c.CorrelationKey,
	}))
}

// takeBack offers a message that found nobody waiting to the next one of the same process.
func (m *Machine) takeBack(c *command.Return) {
	m.state.Correlated.Delete(correlatedIndex(c.Message, c.ProcessID))
	message, found := m.state.Messages.Get(c.Message)
	if !found || message.Deadline <= m.now {
		return
	}
	for _, subscription := range m.subscriptionsOf(message.Name, message.CorrelationKey) {
		if subscription.ProcessID == c.ProcessID && m.offer(message, subscription) {
			return
		}
	}
}
