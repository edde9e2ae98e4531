package processing

import (
	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/dmn"
	"zeebe-chaos/lab/engine/internal/state"
)

// models keeps what was parsed, by the key of its definition. It can be made anew from the state at any time and is no
// part of it.
type models struct {
	processes    map[int64]*bpmn.Process
	requirements map[int64]*dmn.Requirements
}

func newModels() models {
	return models{processes: map[int64]*bpmn.Process{}, requirements: map[int64]*dmn.Requirements{}}
}

// process returns a deployed process; it was parsed without error when it was deployed.
func (m *Machine) process(key int64) *bpmn.Process {
	if known := m.models.processes[key]; known != nil {
		return known
	}
	row, found := m.state.Processes.Get(key)
	if !found {
		return nil
	}
	parsed, err := bpmn.Parse(row.Content)
	if err != nil {
		return nil
	}
	for _, process := range parsed {
		if process.ID == row.ID {
			m.models.processes[key] = process
		}
	}
	return m.models.processes[key]
}

// decision returns a deployed decision with the requirements it belongs to.
func (m *Machine) decision(row state.Decision) (*dmn.Decision, state.Requirements) {
	requirements, found := m.state.Requirements.Get(row.Requirements)
	if !found {
		return nil, requirements
	}
	parsed := m.models.requirements[row.Requirements]
	if parsed == nil {
		var err error
		if parsed, err = dmn.Parse(requirements.Content); err != nil {
			return nil, requirements
		}
		m.models.requirements[row.Requirements] = parsed
	}
	for _, decision := range parsed.Decisions {
		if decision.ID == row.ID {
			return decision, requirements
		}
	}
	return nil, requirements
}

// inside returns what is inside of a process instance or a sub-process.
func (m *Machine) inside(e state.Element) *bpmn.Scope {
	if model := m.model(e); model != nil {
		return model.Scope
	}
	return m.process(e.Definition).Root
}

// model returns the element of an element instance; nil for a process instance.
func (m *Machine) model(e state.Element) *bpmn.Element {
	process := m.process(e.Definition)
	if process == nil || e.Scope == 0 {
		return nil
	}
	return process.Elements[e.ID]
}

// modelOf is model for the key of an element instance; nil if it is not active.
func (m *Machine) modelOf(key int64) *bpmn.Element {
	element, found := m.state.Elements.Get(key)
	if !found {
		return nil
	}
	return m.model(element)
}
