package processing

import (
	"bytes"
	"fmt"
	"strings"

	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/dmn"
	"zeebe-chaos/lab/engine/internal/state"
)

// deploy gives every resource its keys and versions and sends it to the other partitions. A resource of the same name and
// content as the latest version is that version, as in Zeebe.
func (m *Machine) deploy(c *command.Deploy) *command.Answer {
	if len(c.Resources) == 0 {
		return command.Reject(command.InvalidArgument, "Expected to deploy at least one resource, but none given")
	}
	planned, problems := m.planDeployment(c.Resources)
	if len(problems) > 0 {
		return command.Reject(command.InvalidArgument,
			"Expected to deploy new resources, but encountered the following errors:\n%s", strings.Join(problems, "\n"))
	}
	key := m.state.NewKey()
	news := false
	for i := range planned {
		m.number(&planned[i])
		// Before the next one is looked at: that may have the same ids.
		m.store(planned[i : i+1])
		if planned[i].Duplicate {
			continue
		}
		news = true
		for _, process := range planned[i].Processes {
			m.replaceStartTimers(process)
		}
	}
	if news {
		for to := 1; to <= m.partitions; to++ {
			if to != m.partition {
				m.send(to, command.Deliver{Distribute: &command.Distribute{Key: key, Resources: planned}})
			}
		}
	}
	return &command.Answer{Key: key, Deployment: &command.Deployment{Key: key, Resources: planned}}
}

func (m *Machine) planDeployment(resources []command.Resource) (planned []command.Deployed, problems []string) {
	for _, resource := range resources {
		deployed, err := m.read(resource)
		if err != nil {
			problems = append(problems, fmt.Sprintf("'%s': %v", resource.Name, err))
			continue
		}
		planned = append(planned, deployed)
	}
	return planned, problems
}

func (m *Machine) read(resource command.Resource) (command.Deployed, error) {
	deployed := command.Deployed{Resource: resource}
	switch {
	case strings.HasSuffix(resource.Name, ".bpmn"), strings.HasSuffix(resource.Name, ".bpmn20.xml"), strings.HasSuffix(resource.Name, ".xml"):
		processes, err := bpmn.Parse(resource.Content)
		if err != nil {
			return deployed, err
		}
		for _, process := range processes {
			if err := m.checkStartTimers(process); err != nil {
				return deployed, err
			}
			deployed.Processes = append(deployed.Processes, command.Definition{ID: process.ID, Name: process.Name})
		}
	case strings.HasSuffix(resource.Name, ".dmn"):
		requirements, err := dmn.Parse(resource.Content)
		if err != nil {
			return deployed, err
		}
		deployed.ID, deployed.Name = requirements.ID, requirements.Name
		for _, decision := range requirements.Decisions {
			deployed.Decisions = append(deployed.Decisions, command.Definition{ID: decision.ID, Name: decision.Name})
		}
	default:
		return deployed, fmt.Errorf("expected a resource whose name ends in .bpmn or .dmn; other kinds are not carried out by this engine")
	}
	return deployed, nil
}

// number gives a resource the versions after the latest, or those of the latest if it is the same.
func (m *Machine) number(d *command.Deployed) {
	d.Duplicate = m.isLatest(d)
	for i := range d.Processes {
		p := &d.Processes[i]
		latest, _ := m.latestProcess(p.ID)
		p.Key, p.Version = latest.Key, latest.Version
		if !d.Duplicate {
			p.Key, p.Version = m.state.NewKey(), latest.Version+1
		}
	}
	if d.ID != "" {
		key, _ := m.state.RequirementsBy.Get(d.ID)
		latest, _ := m.state.Requirements.Get(key)
		d.Key, d.Version = latest.Key, latest.Version
		if !d.Duplicate {
			d.Key, d.Version = m.state.NewKey(), latest.Version+1
		}
	}
	for i := range d.Decisions {
		p := &d.Decisions[i]
		latest, _ := m.latestDecision(p.ID)
		p.Key, p.Version = latest.Key, latest.Version
		if !d.Duplicate {
			p.Key, p.Version = m.state.NewKey(), latest.Version+1
		}
	}
}

func (m *Machine) isLatest(d *command.Deployed) bool {
	same := func(name string, content []byte) bool {
		return name == d.Resource.Name && bytes.Equal(content, d.Resource.Content)
	}
	if d.ID != "" {
		key, _ := m.state.RequirementsBy.Get(d.ID)
		latest, found := m.state.Requirements.Get(key)
		return found && same(latest.Resource, latest.Content)
	}
	for _, p := range d.Processes {
		latest, found := m.latestProcess(p.ID)
		if !found || !same(latest.Resource, latest.Content) {
			return false
		}
	}
	return true
}

// store writes definitions with the keys they have; doing so twice changes nothing.
func (m *Machine) store(resources []command.Deployed) {
	s := m.state
	for _, d := range resources {
		for _, p := range d.Processes {
			s.Processes.Set(p.Key, state.Process{Definition: p, Resource: d.Resource.Name, Content: d.Resource.Content})
			s.ProcessVersions.Set(versionOf(p.ID, p.Version), p.Key)
		}
		if d.ID != "" {
			definition := command.Definition{ID: d.ID, Name: d.Name, Key: d.Key, Version: d.Version}
			s.Requirements.Set(d.Key, state.Requirements{Definition: definition, Resource: d.Resource.Name, Content: d.Resource.Content})
			if latest, _ := s.RequirementsBy.Get(d.ID); d.Key > latest {
				s.RequirementsBy.Set(d.ID, d.Key)
			}
		}
		for _, p := range d.Decisions {
			s.Decisions.Set(p.Key, state.Decision{Definition: p, Requirements: d.Key})
			if latest, _ := s.DecisionLatest.Get(p.ID); p.Key > latest {
				s.DecisionLatest.Set(p.ID, p.Key)
			}
		}
	}
}

func versionOf(id string, version int32) string { return state.ByName(id).By(int64(version)).Key() }

// latestProcess is the highest version that this partition knows; deployments may arrive out of order.
func (m *Machine) latestProcess(id string) (latest state.Process, found bool) {
	prefix := state.ByName(id).Key()
	m.state.ProcessVersions.From(prefix, func(index string, key int64) bool {
		if !strings.HasPrefix(index, prefix) {
			return false
		}
		latest, found = m.state.Processes.Get(key)
		return true
	})
	return latest, found
}

func (m *Machine) latestDecision(id string) (state.Decision, bool) {
	key, _ := m.state.DecisionLatest.Get(id)
	return m.state.Decisions.Get(key)
}
