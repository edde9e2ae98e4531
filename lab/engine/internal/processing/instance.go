package processing

import (
	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

func (m *Machine) createInstance(c *command.CreateInstance) *command.Answer {
	definition, rejected := m.definitionOf(c)
	if rejected != nil {
		return rejected
	}
	process := m.process(definition.Key)
	if process == nil || process.Root.Start == nil {
		return command.Reject(command.InvalidState,
			"Expected to create instance of process with none start event, but there is no such event")
	}
	variables, err := document(c.Variables)
	if err != nil {
		return noDocument(err)
	}
	key := m.newInstance(definition, process.Root.Start, variables, state.Element{AwaitResult: c.AwaitResult, Fetch: c.Fetch})
	return &command.Answer{Key: key, Instance: &command.Instance{
		Key: key, ProcessID: process.ID, DefinitionKey: definition.Key, Version: definition.Version,
	}}
}

func (m *Machine) definitionOf(c *command.CreateInstance) (state.Process, *command.Answer) {
	const missing = "Expected to find process definition with "
	switch {
	case c.DefinitionKey > 0:
		row, found := m.state.Processes.Get(c.DefinitionKey)
		if !found {
			return row, command.Reject(command.NotFound, missing+"key '%d', but none found", c.DefinitionKey)
		}
		return row, nil
	case c.ProcessID == "":
		return state.Process{}, command.Reject(command.InvalidArgument,
			"Expected either a bpmn process id or a process definition key, but none given")
	case c.Version < 0:
		row, found := m.latestProcess(c.ProcessID)
		if !found {
			return row, command.Reject(command.NotFound, missing+"process ID '%s', but none found", c.ProcessID)
		}
		return row, nil
	}
	key, _ := m.state.ProcessVersions.Get(versionOf(c.ProcessID, c.Version))
	row, found := m.state.Processes.Get(key)
	if !found {
		return row, command.Reject(command.NotFound,
			missing+"process ID '%s' and version '%d', but none found", c.ProcessID, c.Version)
	}
	return row, nil
}

func (m *Machine) cancelInstance(c *command.CancelInstance) *command.Answer {
	instance, found := m.state.Elements.Get(c.Key)
	if !found || instance.Scope != 0 {
		return command.Reject(command.NotFound,
			"Expected to cancel a process instance with key '%d', but no such process was found", c.Key)
	}
	if instance.Caller != 0 {
		return command.Reject(command.InvalidState,
			"Expected to cancel a process instance with key '%d', but it is created by a parent process instance. Cancel the root process instance '%d' instead.",
			c.Key, m.rootOf(c.Key))
	}
	m.terminate(c.Key)
	return &command.Answer{Key: c.Key}
}

// migrateInstance looks up the instance, the definition and the mappings in this order, as Zeebe does, and changes nothing
// unless all of it fits.
func (m *Machine) migrateInstance(c *command.MigrateInstance) *command.Answer {
	instance, found := m.state.Elements.Get(c.Key)
	if !found || instance.Scope != 0 {
		return command.Reject(command.NotFound,
			"Expected to migrate process instance but no process instance found with key '%d'", c.Key)
	}
	if instance.Caller != 0 {
		return command.Reject(command.InvalidState,
			"Expected to migrate process instance '%d' but process instance is a child process instance. Child process instances cannot be migrated.", c.Key)
	}
	target, found := m.state.Processes.Get(c.DefinitionKey)
	if !found {
		return command.Reject(command.NotFound,
			"Expected to migrate process instance to process definition but no process definition found with key '%d'", c.DefinitionKey)
	}
	if rejected := refuseEventSubProcesses(m.process(instance.Definition), m.process(target.Key)); rejected != nil {
		return rejected
	}
	active := m.below(c.Key)
	for _, element := range active {
		if rejected := m.checkMapping(c, element); rejected != nil {
			return rejected
		}
	}
	for _, element := range append(active, instance) {
		element.Definition, element.ProcessID, element.Version = target.Key, target.ID, target.Version
		if element.Scope == 0 {
			element.ID = target.ID
		} else {
			element.ID = c.Mappings[element.ID]
		}
		m.state.Elements.Set(element.Key, element)
	}
	return &command.Answer{Key: c.Key}
}

// refuseEventSubProcesses refuses to migrate what waits for events, as Zeebe 8.5 does.
func refuseEventSubProcesses(source, target *bpmn.Process) *command.Answer {
	switch {
	case hasEventSubProcess(source):
		return command.Reject(command.InvalidState,
			"Expected to migrate process instance but process instance has an event subprocess. Process instances with event subprocesses cannot be migrated yet.")
	case hasEventSubProcess(target):
		return command.Reject(command.InvalidState,
			"Expected to migrate process instance but target process has an event subprocess. Target processes with event subprocesses cannot be migrated yet.")
	}
	return nil
}

func hasEventSubProcess(process *bpmn.Process) bool {
	for _, element := range process.Elements {
		if element.Kind == bpmn.EventSubProcess {
			return true
		}
	}
	return false
}

func sameLoop(source, target *bpmn.MultiInstance) bool {
	if source == nil || target == nil {
		return source == target
	}
	return (source.OutputElement == nil) == (target.OutputElement == nil)
}

func (m *Machine) checkMapping(c *command.MigrateInstance, element state.Element) *command.Answer {
	to, mapped := c.Mappings[element.ID]
	if !mapped {
		return command.Reject(command.InvalidState,
			"Expected to migrate process instance '%d' but no mapping instruction defined for active element with id '%s'. Elements cannot be migrated without a mapping.",
			c.Key, element.ID)
	}
	source, target := m.model(element), m.process(c.DefinitionKey).Elements[to]
	if target == nil {
		return command.Reject(command.InvalidArgument,
			"Expected to migrate process instance '%d' but mapping instructions contain a non-existing target element id '%s'", c.Key, to)
	}
	if source == nil || source.Kind != target.Kind || !sameLoop(source.Loop, target.Loop) {
		return command.Reject(command.InvalidState,
			"Expected to migrate process instance '%d' but active element with id '%s' is of another kind than its target '%s'", c.Key, element.ID, to)
	}
	return nil
}
