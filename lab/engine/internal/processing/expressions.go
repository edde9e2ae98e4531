package processing

import (
	"encoding/json"
	"fmt"
	"strings"

	"zeebe-chaos/lab/engine/internal/feel"
)

func (m *Machine) evaluate(expression *feel.Expression, scope int64) ([]byte, error) {
	value, err := expression.Evaluate(m.context(scope))
	if err != nil {
		return nil, fmt.Errorf("expected the expression '%s' to have a value: %w", expression.Source(), err)
	}
	return feel.ToJSON(value)
}

func (m *Machine) evaluateText(expression *feel.Expression, scope int64, what string) (string, error) {
	value, err := expression.Evaluate(m.context(scope))
	if err != nil {
		return "", fmt.Errorf("expected the expression '%s' to have a value: %w", expression.Source(), err)
	}
	switch value := value.(type) {
	case string:
		return value, nil
	case float64:
		text, err := feel.ToJSON(value)
		return string(text), err
	}
	return "", fmt.Errorf("expected the %s '%s' to be a text, but it is %T", what, expression.Source(), value)
}

// setPath sets a variable, or a.b inside variable a.
func (m *Machine) setPath(scope int64, target string, value []byte, local bool) error {
	name, rest, nested := strings.Cut(target, ".")
	if nested {
		around := map[string]json.RawMessage{}
		if text, found := m.state.Variables.Get(variableIndex(scope, name)); found {
			// Whatever else was there gives way to an object.
			_ = json.Unmarshal(text, &around)
		}
		inner, err := json.Marshal(nest(around[firstOf(rest)], rest, value))
		if err != nil {
			return err
		}
		around[firstOf(rest)] = inner
		if value, err = json.Marshal(around); err != nil {
			return err
		}
	}
	if local {
		m.setLocal(scope, name, value)
	} else {
		m.propagate(scope, name, value)
	}
	return nil
}

func firstOf(path string) string {
	first, _, _ := strings.Cut(path, ".")
	return first
}

func nest(present json.RawMessage, path string, value json.RawMessage) json.RawMessage {
	_, rest, nested := strings.Cut(path, ".")
	if !nested {
		return value
	}
	around := map[string]json.RawMessage{}
	_ = json.Unmarshal(present, &around)
	around[firstOf(rest)] = nest(around[firstOf(rest)], rest, value)
	text, err := json.Marshal(around)
	if err != nil {
		return value
	}
	return text
}
