package processing

import (
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/feel"
	"zeebe-chaos/lab/engine/internal/state"
)

// document splits a JSON object into its variables; nothing at all is an empty object.
func document(text []byte) (map[string]rawJSON, error) {
	if len(text) == 0 {
		return nil, nil
	}
	var variables map[string]rawJSON
	err := json.Unmarshal(text, &variables)
	return variables, err
}

func sortedNames[V any](variables map[string]V) []string {
	names := make([]string, 0, len(variables))
	for name := range variables {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func variableIndex(scope int64, name string) string { return state.By(scope).ByName(name).Key() }

func (m *Machine) setLocal(scope int64, name string, value []byte) {
	m.state.Variables.Set(variableIndex(scope, name), value)
}

// scopes visits the scopes from an element instance outwards until visit returns false.
func (m *Machine) scopes(scope int64, visit func(scope int64) bool) {
	for scope != 0 && visit(scope) {
		element, _ := m.state.Elements.Get(scope)
		scope = element.Scope
	}
}

// propagate sets a variable where it is, seen from a scope; in the process instance if it is nowhere.
func (m *Machine) propagate(from int64, name string, value []byte) {
	outermost := from
	m.scopes(from, func(scope int64) bool {
		outermost = scope
		return !m.state.Variables.Has(variableIndex(scope, name))
	})
	m.setLocal(outermost, name, value)
}

func (m *Machine) propagateAll(from int64, variables map[string]rawJSON) {
	for _, name := range sortedNames(variables) {
		m.propagate(from, name, variables[name])
	}
}

// visible returns the variables that are seen from a scope.
func (m *Machine) visible(scope int64) map[string]rawJSON {
	seen := map[string]rawJSON{}
	m.scopes(scope, func(scope int64) bool {
		for name, value := range m.localOf(scope) {
			if _, shadowed := seen[name]; !shadowed {
				seen[name] = value
			}
		}
		return true
	})
	return seen
}

// visibleFrom is visible as a JSON object, only with the variables named if any are.
func (m *Machine) visibleFrom(scope int64, only []string) []byte {
	seen := m.visible(scope)
	if len(only) > 0 {
		maps.DeleteFunc(seen, func(name string, _ rawJSON) bool { return !slices.Contains(only, name) })
	}
	text, err := json.Marshal(seen)
	if err != nil {
		return []byte("{}")
	}
	return text
}

func (m *Machine) localOf(scope int64) map[string]rawJSON {
	local := map[string]rawJSON{}
	prefix := state.By(scope).Key()
	for index, value := range under(&m.state.Variables, prefix) {
		local[nameIn(index[len(prefix):])] = value
	}
	return local
}

// nameIn reads the text that an index ends with.
func nameIn(index string) string {
	return strings.ReplaceAll(strings.TrimSuffix(index, "\x00\x00"), "\x00\xff", "\x00")
}

func (m *Machine) forgetVariables(scope int64) {
	for name := range m.localOf(scope) {
		m.state.Variables.Delete(variableIndex(scope, name))
	}
}

// context is what an expression sees from a scope.
func (m *Machine) context(scope int64) feel.Context {
	return feel.Context{
		Now: time.UnixMilli(m.now).UTC(),
		Variables: func(name string) (value any, found bool) {
			m.scopes(scope, func(scope int64) bool {
				var text []byte
				if text, found = m.state.Variables.Get(variableIndex(scope, name)); found {
					found = json.Unmarshal(text, &value) == nil
					return false
				}
				return true
			})
			return value, found
		},
	}
}

func (m *Machine) setVariables(c *command.SetVariables) *command.Answer {
	if !m.state.Elements.Has(c.ElementInstance) {
		return command.Reject(command.NotFound,
			"Expected to update variables for element with key '%d', but no such element was found", c.ElementInstance)
	}
	variables, err := document(c.Variables)
	if err != nil {
		return noDocument(err)
	}
	if !c.Local {
		m.propagateAll(c.ElementInstance, variables)
	} else {
		for _, name := range sortedNames(variables) {
			m.setLocal(c.ElementInstance, name, variables[name])
		}
	}
	return &command.Answer{Key: m.state.NewKey()}
}

// rawJSON is one JSON value as it was given.
type rawJSON = json.RawMessage

func noDocument(err error) *command.Answer {
	return command.Reject(command.InvalidArgument, "Expected variables to be a JSON object, but they are not: %v", err)
}
