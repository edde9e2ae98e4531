// Package dmn reads DMN decisions, literal expressions and decision tables, and evaluates them. What is not carried out is
// refused by name.
package dmn

import (
	"zeebe-chaos/lab/engine/internal/feel"
)

// Requirements are the decisions of a DMN document. They are not changed after Parse, so they are safe for concurrent use.
type Requirements struct {
	ID, Name string
	// Decisions are in the order of the document.
	Decisions []*Decision
}

// Decision is one decision with what it requires.
type Decision struct {
	ID, Name string
	// Variable is the name under which decisions that require this one see its result: the name of its variable, or its id
	// if it has none.
	Variable string
	// Required are the decisions that are evaluated first, in the order of the document.
	Required []*Decision

	logic logic
}

// logic is what a decision evaluates: an expression or a table.
type logic interface {
	evaluate(context feel.Context) (any, error)
}

// Evaluate gives the result of the decision, seen from the context's variables and the results of the decisions that it
// requires. It returns an error if a table's hit policy is violated or an evaluation outgrows its limits.
func (d *Decision) Evaluate(context feel.Context) (any, error) {
	return d.evaluate(context, map[*Decision]any{})
}

// evaluate keeps each result in done, so that a decision that several require is evaluated once.
func (d *Decision) evaluate(context feel.Context, done map[*Decision]any) (any, error) {
	if result, ok := done[d]; ok {
		return result, nil
	}
	results := make(map[string]any, len(d.Required))
	for _, required := range d.Required {
		result, err := required.evaluate(context, done)
		if err != nil {
			return nil, err
		}
		results[required.Variable] = result
	}
	result, err := d.logic.evaluate(withResults(context, results))
	if err != nil {
		return nil, &EvaluationError{Decision: d.ID, Cause: err}
	}
	done[d] = result
	return result, nil
}

func withResults(context feel.Context, results map[string]any) feel.Context {
	variables := context.Variables
	context.Variables = func(name string) (any, bool) {
		if result, ok := results[name]; ok {
			return result, true
		}
		if variables == nil {
			return nil, false
		}
		return variables(name)
	}
	return context
}

// EvaluationError tells which decision could not be evaluated: the one that was asked for, or one that it requires.
type EvaluationError struct {
	Decision string
	Cause    error
}

func (e *EvaluationError) Error() string {
	return "decision \"" + e.Decision + "\" could not be evaluated: " + e.Cause.Error()
}

// Unwrap gives the cause.
func (e *EvaluationError) Unwrap() error { return e.Cause }

// literalExpression is a decision that is one expression.
type literalExpression struct{ expression *feel.Expression }

func (l literalExpression) evaluate(context feel.Context) (any, error) {
	return l.expression.Evaluate(context)
}
