package processing

import (
	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

// send puts a command for another partition into the outbox, where it stays until that partition has acknowledged it. To
// the own partition it is a step of the command at hand.
func (m *Machine) send(to int, c command.Deliver) {
	if to == m.partition {
		m.then(0, func() { m.carryOut(&c) })
		return
	}
	last, _ := m.state.Sent.Get(int64(to))
	c.From, c.Sequence = m.partition, last+1
	m.state.Sent.Set(int64(to), c.Sequence)
	m.state.Outbox.Set(outgoingIndex(to, c.Sequence), state.Outgoing{To: to, Command: c})
	m.effects.Sent = true
}

func outgoingIndex(to int, sequence uint64) string {
	return state.By(int64(to)).By(int64(sequence)).Key()
}

func (m *Machine) acknowledge(c *command.Acknowledge) *command.Answer {
	m.state.Outbox.Delete(outgoingIndex(c.To, c.Sequence))
	return &command.Answer{}
}

// deliver carries out a command of another partition, once however often it is sent: numbers up to a watermark have been
// taken, and those above it that came early are kept until the gap is closed.
func (m *Machine) deliver(c *command.Deliver) *command.Answer {
	from := int64(c.From)
	received, _ := m.state.Received.Get(from)
	early := func(sequence uint64) string { return state.By(from).By(int64(sequence)).Key() }
	if c.Sequence <= received.Through || m.state.Early.Has(early(c.Sequence)) {
		return &command.Answer{}
	}
	m.state.Early.Set(early(c.Sequence), true)
	for m.state.Early.Has(early(received.Through + 1)) {
		received.Through++
		m.state.Early.Delete(early(received.Through))
	}
	m.state.Received.Set(from, received)
	m.carryOut(c)
	return &command.Answer{}
}

func (m *Machine) carryOut(c *command.Deliver) {
	switch {
	case c.Distribute != nil:
		m.store(c.Distribute.Resources)
	case c.Subscribe != nil:
		m.subscribe(c.Subscribe)
	case c.Unsubscribe != nil:
		m.unsubscribe(c.Unsubscribe)
	case c.Correlate != nil:
		m.correlate(c.Correlate)
	case c.Return != nil:
		m.takeBack(c.Return)
	case c.Signal != nil:
		m.signal(c.Signal)
	}
}
