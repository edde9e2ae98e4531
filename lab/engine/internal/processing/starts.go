package processing

import (
	"fmt"

	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

// newInstance makes an instance of a process with what row tells of it, and begins it at a start event.
func (m *Machine) newInstance(definition state.Process, start *bpmn.Element, variables map[string]rawJSON, row state.Element) int64 {
	key := m.state.NewKey()
	row.Key, row.Instance = key, key
	row.ID, row.ProcessID, row.Definition, row.Version = definition.ID, definition.ID, definition.Key, definition.Version
	m.state.Elements.Set(key, row)
	for _, name := range sortedNames(variables) {
		m.setLocal(key, name, variables[name])
	}
	m.beginInstance(key, start)
	return key
}

func (m *Machine) beginInstance(key int64, start *bpmn.Element) {
	instance, _ := m.state.Elements.Get(key)
	if err := m.beginInside(instance, m.inside(instance), start); err != nil {
		m.stopEvents(key)
		m.raiseIncident(state.Incident{Element: key, Message: err.Error(), Start: start.ID})
	}
}

// checkStartTimers finds at deployment what the timers of a process could not start it by.
func (m *Machine) checkStartTimers(process *bpmn.Process) error {
	for _, start := range process.Root.Triggered {
		if _, err := start.Timer(m.context(0)); err != nil {
			return fmt.Errorf("expected the timer of '%s' to have a time: %w", start.ID, err)
		}
	}
	return nil
}

// replaceStartTimers has the timers of a new version start instances, and those of the version before no longer. They run
// on the partition that takes deployments, as in Zeebe.
func (m *Machine) replaceStartTimers(p command.Definition) {
	if before, found := m.state.ProcessVersions.Get(versionOf(p.ID, p.Version-1)); found {
		m.stopTimers(state.By(before))
	}
	for _, start := range m.process(p.Key).Root.Triggered {
		// It has a time: checkStartTimers has seen it.
		if timer, err := start.Timer(m.context(0)); err == nil {
			m.setTimer(timer.Due, state.Timer{Definition: p.Key, Event: start.ID})
		}
	}
}
