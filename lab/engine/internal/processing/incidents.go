package processing

import (
	"fmt"

	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

// raise stops an element instance, or its job, until the incident is resolved.
func (m *Machine) raise(element, job int64, message string) {
	m.raiseIncident(state.Incident{Element: element, Job: job, Message: message})
}

// raiseEnding is raise for what failed when the element was about to end.
func (m *Machine) raiseEnding(element int64, err error) {
	m.raiseIncident(state.Incident{Element: element, Message: err.Error(), Ending: true})
}

func (m *Machine) raiseIncident(incident state.Incident) {
	incident.Key = m.state.NewKey()
	m.state.Incidents.Set(incident.Key, incident)
	if job, found := m.state.Jobs.Get(incident.Job); found {
		job.Incident = incident.Key
		m.state.Jobs.Set(job.Key, job)
		return
	}
	m.change(incident.Element, func(e *state.Element) { e.Incident = incident.Key })
}

func (m *Machine) dropIncident(key int64) { m.state.Incidents.Delete(key) }

func (m *Machine) resolveIncident(c *command.ResolveIncident) *command.Answer {
	incident, found := m.state.Incidents.Get(c.Key)
	if !found {
		return command.Reject(command.NotFound, "Expected to resolve incident with key '%d', but no such incident was found", c.Key)
	}
	if job, found := m.state.Jobs.Get(incident.Job); found {
		if job.Retries < 1 {
			return command.Reject(command.InvalidState,
				"Expected to resolve incident with key '%d', but its job with key '%d' has no retries left; update them first", c.Key, job.Key)
		}
		job.Incident = 0
		m.dropIncident(c.Key)
		m.makeReady(job)
		return &command.Answer{Key: c.Key}
	}
	m.dropIncident(c.Key)
	m.change(incident.Element, func(e *state.Element) { e.Incident = 0 })
	m.then(incident.Element, func() { m.tryAgain(incident) })
	return &command.Answer{Key: c.Key}
}

func (m *Machine) tryAgain(incident state.Incident) {
	element, found := m.state.Elements.Get(incident.Element)
	if !found {
		return
	}
	model := m.model(element)
	switch {
	case incident.Start != "":
		m.beginInstance(element.Key, m.process(element.Definition).Elements[incident.Start])
	case incident.Ending || model == nil:
		m.complete(element.Key)
	case model.Loop != nil && element.Item == nil:
		m.beginLoop(element.Key, model)
	default:
		m.begin(element.Key, model)
	}
}

func (m *Machine) throwError(c *command.ThrowError) *command.Answer {
	job, rejected := m.jobFor(c.Key, "throw an error for", state.JobReady, state.JobActivated)
	if rejected != nil {
		return rejected
	}
	variables, err := document(c.Variables)
	if err != nil {
		return noDocument(err)
	}
	activity, boundary := m.catcher(job.Element, c.Code)
	if boundary == nil {
		m.unlist(job)
		job.State, job.Due, job.Worker = state.JobFailed, 0, ""
		m.state.Jobs.Set(job.Key, job)
		m.raise(job.Element, job.Key, uncaught(c.Code, c.Message))
		return &command.Answer{Key: c.Key}
	}
	m.propagateAll(activity.Scope, variables)
	m.trigger(activity, boundary)
	return &command.Answer{Key: c.Key}
}

// throw throws a BPMN error from an element instance; one that nothing catches is an incident.
func (m *Machine) throw(element state.Element, code, message string) error {
	activity, boundary := m.catcher(element.Scope, code)
	if boundary == nil {
		return fmt.Errorf("%s", uncaught(code, message))
	}
	m.trigger(activity, boundary)
	return nil
}

func uncaught(code, message string) string {
	return fmt.Sprintf("expected to throw an error event with the code '%s' and message '%s', but it was not caught", code, message)
}

// catcher finds, from an element instance outwards, the error boundary event that catches a code: its own, or any if it
// names none.
func (m *Machine) catcher(from int64, code string) (activity state.Element, boundary *bpmn.Element) {
	m.outwards(from, func(element state.Element) bool {
		activity = element
		model := m.model(activity)
		if model == nil || activity.Item != nil {
			return true
		}
		for _, candidate := range model.Boundary {
			if candidate.Kind == bpmn.BoundaryError && (candidate.ErrorCode == "" || candidate.ErrorCode == code) {
				boundary = candidate
				return false
			}
		}
		return true
	})
	return activity, boundary
}
