package dmn

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"zeebe-chaos/lab/engine/internal/feel"
)

var hitPolicies = []string{"UNIQUE", "FIRST", "ANY", "COLLECT"}

// table is a decision table.
type table struct {
	hitPolicy string
	inputs    []*feel.Expression
	outputs   []output
	rules     []rule
}

// output is a column of results; its default is nil if it has none.
type output struct {
	name         string
	defaultEntry *feel.Expression
}

type rule struct {
	tests   []*feel.UnaryTests
	results []*feel.Expression
}

func (t *table) evaluate(context feel.Context) (any, error) {
	inputs := make([]any, len(t.inputs))
	for i, expression := range t.inputs {
		var err error
		if inputs[i], err = expression.Evaluate(context); err != nil {
			return nil, err
		}
	}
	results, numbers := []any{}, []string{}
	for i, rule := range t.rules {
		matches, err := rule.matches(inputs, context)
		if err != nil {
			return nil, err
		}
		if !matches {
			continue
		}
		result, err := t.result(rule.results, context)
		if err != nil || t.hitPolicy == "FIRST" {
			return result, err
		}
		results, numbers = append(results, result), append(numbers, fmt.Sprint(i+1))
	}
	return t.applyHitPolicy(results, numbers, context)
}

func (r rule) matches(inputs []any, context feel.Context) (bool, error) {
	for i, tests := range r.tests {
		if matches, err := tests.Matches(inputs[i], context); err != nil || !matches {
			return false, err
		}
	}
	return true, nil
}

// result is the one output's value, or a context of several by their names. An entry that is nil gives null.
func (t *table) result(entries []*feel.Expression, context feel.Context) (any, error) {
	byName := make(map[string]any, len(entries))
	for i, entry := range entries {
		var value any
		if entry != nil {
			var err error
			if value, err = entry.Evaluate(context); err != nil {
				return nil, err
			}
		}
		if len(t.outputs) == 1 {
			return value, nil
		}
		byName[t.outputs[i].name] = value
	}
	return byName, nil
}

// applyHitPolicy makes one result of those of the rules that matched, whose numbers it has for its messages.
func (t *table) applyHitPolicy(results []any, numbers []string, context feel.Context) (any, error) {
	switch {
	case len(results) == 0:
		return t.noMatch(context)
	case t.hitPolicy == "COLLECT":
		return results, nil
	case t.hitPolicy == "UNIQUE" && len(results) > 1:
		return nil, fmt.Errorf("the hit policy UNIQUE expects at most one rule to match, but rules %s do", strings.Join(numbers, ", "))
	}
	for _, result := range results[1:] {
		if !reflect.DeepEqual(result, results[0]) {
			return nil, fmt.Errorf("the hit policy ANY expects the rules that match to agree, but rules %s do not", strings.Join(numbers, ", "))
		}
	}
	return results[0], nil
}

// noMatch gives the default outputs if there are any, else an empty list to collect or null.
func (t *table) noMatch(context feel.Context) (any, error) {
	hasDefault := slices.ContainsFunc(t.outputs, func(o output) bool { return o.defaultEntry != nil })
	if !hasDefault && t.hitPolicy == "COLLECT" {
		return []any{}, nil
	}
	if !hasDefault {
		return nil, nil
	}
	var entries []*feel.Expression
	for _, o := range t.outputs {
		entries = append(entries, o.defaultEntry)
	}
	return t.result(entries, context)
}
