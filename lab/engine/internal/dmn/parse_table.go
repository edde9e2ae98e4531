package dmn

import (
	"fmt"
	"slices"
	"strings"

	"zeebe-chaos/lab/engine/internal/feel"
)

func (r *reader) readTable(where string, node *tableXML) *table {
	t := &table{hitPolicy: node.HitPolicy}
	if t.hitPolicy == "" {
		t.hitPolicy = "UNIQUE"
	}
	if !slices.Contains(hitPolicies, t.hitPolicy) {
		r.problem("%s has the hit policy %q, which this engine does not carry out; it knows %s", where, t.hitPolicy, strings.Join(hitPolicies, ", "))
	}
	if node.Aggregation != "" {
		r.problem("%s has the aggregation %q, which this engine does not carry out; it collects a list", where, node.Aggregation)
	}
	for i := range node.Inputs {
		t.inputs = append(t.inputs, r.expression(where, fmt.Sprintf("input %d", i+1), &node.Inputs[i].Expression))
	}
	r.readOutputs(where, t, node.Outputs)
	for i := range node.Rules {
		t.rules = append(t.rules, r.readRule(fmt.Sprintf("%s, rule %d", where, i+1), t, &node.Rules[i]))
	}
	return t
}

func (r *reader) readOutputs(where string, t *table, nodes []outputXML) {
	if len(nodes) == 0 {
		r.problem("%s: its table must have at least one output", where)
	}
	seen := map[string]bool{}
	for i := range nodes {
		o := output{name: nodes[i].Name}
		if len(nodes) > 1 && (o.name == "" || seen[o.name]) {
			r.problem("%s: output %d must have a name of its own, since there are several, found %q", where, i+1, o.name)
		}
		seen[o.name] = true
		if nodes[i].Default != nil {
			o.defaultEntry = r.expression(where, fmt.Sprintf("default of output %d", i+1), nodes[i].Default)
		}
		t.outputs = append(t.outputs, o)
	}
}

func (r *reader) readRule(where string, t *table, node *ruleXML) rule {
	var read rule
	if len(node.Inputs) != len(t.inputs) || len(node.Outputs) != len(t.outputs) {
		r.problem("%s: expected %d input and %d output entries, found %d and %d",
			where, len(t.inputs), len(t.outputs), len(node.Inputs), len(node.Outputs))
	}
	for i := range node.Inputs {
		tests, err := feel.ParseUnaryTests(strings.TrimSpace(node.Inputs[i].Text))
		if err != nil {
			r.problem("%s: its input entry %d does not parse: %v", where, i+1, err)
		}
		read.tests = append(read.tests, tests)
	}
	for i := range node.Outputs {
		entry := &node.Outputs[i]
		if strings.TrimSpace(entry.Text) == "" {
			read.results = append(read.results, nil) // An empty cell is null.
			continue
		}
		read.results = append(read.results, r.expression(where, fmt.Sprintf("output entry %d", i+1), entry))
	}
	return read
}
