package processing

import (
	"fmt"
	"strconv"
	"strings"

	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

// maxBatch bounds the variables of one activation, in bytes, so that an answer stays below the limit of a gRPC message.
const maxBatch = 3 << 20

func (m *Machine) createJob(element state.Element, model *bpmn.Element) error {
	jobType, err := m.evaluateText(model.JobType, element.Key, "job type")
	if err != nil {
		return err
	}
	retries, err := m.retriesOf(model, element.Key)
	if err != nil {
		return err
	}
	job := state.Job{
		Key: m.state.NewKey(), Type: jobType, Element: element.Key, Headers: model.Headers, Retries: retries, State: state.JobReady,
	}
	m.change(element.Key, func(e *state.Element) { e.Job = job.Key })
	m.makeReady(job)
	return nil
}

func (m *Machine) retriesOf(model *bpmn.Element, scope int64) (int32, error) {
	if model.Retries == nil {
		return 3, nil
	}
	text, err := m.evaluateText(model.Retries, scope, "number of retries")
	if err != nil {
		return 0, err
	}
	retries, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("expected the number of retries to be a whole number, but it is '%s'", text)
	}
	return int32(retries), nil
}

func readyIndex(job state.Job) string      { return state.ByName(job.Type).By(job.Key).Key() }
func dueIndex(due int64, key int64) string { return state.By(due).By(key).Key() }

func (m *Machine) makeReady(job state.Job) {
	job.State, job.Due, job.Worker = state.JobReady, 0, ""
	m.state.Jobs.Set(job.Key, job)
	m.state.JobsReady.Set(readyIndex(job), true)
	m.effects.Ready = append(m.effects.Ready, job.Type)
}

// unlist takes a job out of the tables that say what is to happen with it next.
func (m *Machine) unlist(job state.Job) {
	m.state.JobsReady.Delete(readyIndex(job))
	m.state.JobsDue.Delete(dueIndex(job.Due, job.Key))
}

func (m *Machine) schedule(job state.Job, due int64) {
	job.Due = due
	m.state.Jobs.Set(job.Key, job)
	m.state.JobsDue.Set(dueIndex(due, job.Key), true)
}

func (m *Machine) removeJob(key int64) {
	if job, found := m.state.Jobs.Get(key); found {
		m.unlist(job)
		m.dropIncident(job.Incident)
		m.state.Jobs.Delete(key)
	}
}

// HasReadyJob says whether a job of a type can be activated.
func (m *Machine) HasReadyJob(jobType string) bool {
	return len(m.readyJobs(jobType, 1)) > 0
}

func (m *Machine) readyJobs(jobType string, most int) (keys []int64) {
	prefix := state.ByName(jobType).Key()
	m.state.JobsReady.From(prefix, func(index string, _ bool) bool {
		if !strings.HasPrefix(index, prefix) || len(keys) == most {
			return false
		}
		keys = append(keys, state.LastNumber(index))
		return true
	})
	return keys
}

func (m *Machine) activateJobs(c *command.ActivateJobs) *command.Answer {
	answer := &command.Answer{}
	size := 0
	for _, key := range m.readyJobs(c.Type, int(c.Max)) {
		job, _ := m.state.Jobs.Get(key)
		element, _ := m.state.Elements.Get(job.Element)
		variables := m.visibleFrom(element.Key, c.Fetch)
		if size += len(variables); size > maxBatch && len(answer.Jobs) > 0 {
			break
		}
		m.unlist(job)
		job.State, job.Worker = state.JobActivated, c.Worker
		m.schedule(job, m.now+c.Timeout)
		answer.Jobs = append(answer.Jobs, command.Job{
			Key: job.Key, Type: job.Type, Instance: element.Instance, ProcessID: element.ProcessID, Version: element.Version,
			DefinitionKey: element.Definition, Element: element.ID, ElementInstance: element.Key, Headers: job.Headers,
			Worker: c.Worker, Retries: job.Retries, Deadline: m.now + c.Timeout, Variables: variables,
		})
	}
	return answer
}

// jobFor finds the job of a command that may be given in these states.
func (m *Machine) jobFor(key int64, verb string, states ...state.JobState) (state.Job, *command.Answer) {
	job, found := m.state.Jobs.Get(key)
	if !found {
		return job, command.Reject(command.NotFound, "Expected to %s job with key '%d', but no such job was found", verb, key)
	}
	for _, allowed := range states {
		if job.State == allowed {
			return job, nil
		}
	}
	return job, command.Reject(command.InvalidState, "Expected to %s job with key '%d', but it is in state '%s'", verb, key, job.State)
}

func (m *Machine) completeJob(c *command.CompleteJob) *command.Answer {
	job, rejected := m.jobFor(c.Key, "complete", state.JobReady, state.JobActivated)
	if rejected != nil {
		return rejected
	}
	variables, err := document(c.Variables)
	if err != nil {
		return noDocument(err)
	}
	m.endJob(job)
	m.propagateFrom(job.Element, m.modelOf(job.Element), variables)
	m.thenComplete(job.Element)
	return &command.Answer{Key: c.Key}
}

func (m *Machine) endJob(job state.Job) {
	m.removeJob(job.Key)
	m.change(job.Element, func(e *state.Element) { e.Job = 0 })
}

// propagateFrom sets what a job, a message, a call or an event brought: in the element instance alone if outputs are mapped
// from what brought it.
func (m *Machine) propagateFrom(element int64, from *bpmn.Element, variables map[string]rawJSON) {
	if from != nil && len(from.Outputs) > 0 {
		for _, name := range sortedNames(variables) {
			m.setLocal(element, name, variables[name])
		}
		return
	}
	m.propagateAll(element, variables)
}

func (m *Machine) failJob(c *command.FailJob) *command.Answer {
	job, rejected := m.jobFor(c.Key, "fail", state.JobReady, state.JobActivated)
	if rejected != nil {
		return rejected
	}
	variables, err := document(c.Variables)
	if err != nil {
		return noDocument(err)
	}
	for _, name := range sortedNames(variables) {
		m.setLocal(job.Element, name, variables[name])
	}
	m.unlist(job)
	job.Retries = c.Retries
	switch {
	case c.Retries > 0 && c.Backoff > 0:
		job.State, job.Worker = state.JobBackingUp, ""
		m.schedule(job, m.now+c.Backoff)
	case c.Retries > 0:
		m.makeReady(job)
	default:
		job.State, job.Due, job.Worker = state.JobFailed, 0, ""
		m.state.Jobs.Set(job.Key, job)
		m.raise(job.Element, job.Key, "no more retries left: "+c.Message)
	}
	return &command.Answer{Key: c.Key}
}

func (m *Machine) yieldJob(c *command.YieldJob) *command.Answer {
	job, rejected := m.jobFor(c.Key, "yield", state.JobActivated)
	if rejected != nil {
		return rejected
	}
	m.unlist(job)
	m.makeReady(job)
	return &command.Answer{Key: c.Key}
}

func (m *Machine) updateJobRetries(c *command.UpdateJobRetries) *command.Answer {
	if c.Retries < 1 {
		return command.Reject(command.InvalidArgument,
			"Expected to update retries for job with key '%d' with a positive amount of retries, but the amount given was '%d'", c.Key, c.Retries)
	}
	job, found := m.state.Jobs.Get(c.Key)
	if !found {
		return command.Reject(command.NotFound, "Expected to update retries for job with key '%d', but no such job was found", c.Key)
	}
	job.Retries = c.Retries
	m.state.Jobs.Set(job.Key, job)
	return &command.Answer{Key: c.Key}
}

func (m *Machine) updateJobTimeout(c *command.UpdateJobTimeout) *command.Answer {
	job, rejected := m.jobFor(c.Key, "update the timeout of the", state.JobActivated)
	if rejected != nil {
		return rejected
	}
	m.unlist(job)
	m.schedule(job, m.now+c.Timeout)
	return &command.Answer{Key: c.Key}
}
