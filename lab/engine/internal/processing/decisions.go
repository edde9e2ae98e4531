package processing

import (
	"encoding/json"
	"fmt"
	"time"

	"zeebe-chaos/lab/engine/internal/bpmn"
	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/feel"
	"zeebe-chaos/lab/engine/internal/state"
)

// decide evaluates the decision that a business rule task calls, the latest that this partition has.
func (m *Machine) decide(element state.Element, model *bpmn.Element) error {
	id, err := m.evaluateText(model.DecisionID, element.Key, "decision id")
	if err != nil {
		return err
	}
	row, found := m.latestDecision(id)
	if !found {
		return fmt.Errorf("expected to evaluate decision '%s', but no decision found for id '%s'", id, id)
	}
	output, _, err := m.evaluateRow(row, m.context(element.Key))
	if err != nil {
		return err
	}
	m.endWith(element, model, output)
	return nil
}

// script evaluates the expression that a script task is.
func (m *Machine) script(element state.Element, model *bpmn.Element) error {
	output, err := m.evaluate(model.Script, element.Key)
	if err != nil {
		return err
	}
	m.endWith(element, model, output)
	return nil
}

// endWith ends a task with its result.
func (m *Machine) endWith(element state.Element, model *bpmn.Element, output []byte) {
	m.propagateFrom(element.Key, model, map[string]rawJSON{model.ResultVariable: output})
	m.thenComplete(element.Key)
}

func (m *Machine) evaluateRow(row state.Decision, context feel.Context) ([]byte, state.Requirements, error) {
	decision, requirements := m.decision(row)
	if decision == nil {
		return nil, requirements, fmt.Errorf("expected decision '%s' to be part of its requirements, but it is not", row.ID)
	}
	value, err := decision.Evaluate(context)
	if err != nil {
		return nil, requirements, fmt.Errorf("expected to evaluate decision '%s', but: %w", row.ID, err)
	}
	output, err := feel.ToJSON(value)
	return output, requirements, err
}

func (m *Machine) evaluateDecision(c *command.EvaluateDecision) *command.Answer {
	row, found := m.state.Decisions.Get(c.DecisionKey)
	what := fmt.Sprintf("key '%d'", c.DecisionKey)
	if c.DecisionID != "" {
		row, found = m.latestDecision(c.DecisionID)
		what = fmt.Sprintf("id '%s'", c.DecisionID)
	}
	if !found {
		return command.Reject(command.NotFound, "Expected to evaluate decision with %s, but no such decision was found", what)
	}
	variables, err := document(c.Variables)
	if err != nil {
		return noDocument(err)
	}
	context := feel.Context{Now: time.UnixMilli(m.now).UTC(), Variables: func(name string) (value any, found bool) {
		text, found := variables[name]
		found = found && json.Unmarshal(text, &value) == nil
		return value, found
	}}
	output, requirements, err := m.evaluateRow(row, context)
	evaluation := &command.Evaluation{Decision: row.Definition, Requirements: requirements.Definition, Output: output}
	if err != nil {
		evaluation.Failure = err.Error()
	}
	return &command.Answer{Key: m.state.NewKey(), Evaluation: evaluation}
}
