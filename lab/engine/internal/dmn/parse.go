package dmn

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"

	"zeebe-chaos/lab/engine/internal/feel"
)

// Parse reads a DMN document. The error names everything that is wrong, one sentence a line.
func Parse(document []byte) (*Requirements, error) {
	var root definitionsXML
	if err := xml.Unmarshal(document, &root); err != nil {
		return nil, fmt.Errorf("the document is not well-formed XML: %w", err)
	}
	if root.XMLName.Local != "definitions" || !strings.Contains(root.XMLName.Space, "www.omg.org/spec/DMN/") {
		return nil, fmt.Errorf("expected a DMN model with the root definitions in a namespace of DMN, found %s in %q",
			root.XMLName.Local, root.XMLName.Space)
	}
	r := &reader{byID: map[string]*Decision{}}
	requirements := &Requirements{ID: root.ID, Name: root.Name}
	if root.ID == "" {
		r.problem("the definitions have no id")
	}
	if len(root.Decisions) == 0 {
		r.problem("the document has no decision: expected at least one")
	}
	for i := range root.Decisions {
		requirements.Decisions = append(requirements.Decisions, r.readDecision(&root.Decisions[i]))
	}
	for i := range root.Decisions {
		r.connect(requirements.Decisions[i], &root.Decisions[i])
	}
	r.refuseCycles(requirements.Decisions)
	if len(r.problems) > 0 {
		return nil, errors.New(strings.Join(r.problems, "\n"))
	}
	return requirements, nil
}

// reader reads one document and notes what is wrong with it.
type reader struct {
	byID     map[string]*Decision
	problems []string
}

func (r *reader) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

func (r *reader) readDecision(node *decisionXML) *Decision {
	d := &Decision{ID: node.ID, Name: node.Name, Variable: node.ID}
	if node.Variable != nil && node.Variable.Name != "" {
		d.Variable = node.Variable.Name
	}
	switch {
	case d.ID == "":
		r.problem("a decision has no id")
	case r.byID[d.ID] != nil:
		r.problem("decision %q: there is another decision with this id", d.ID)
	}
	r.byID[d.ID] = d
	where := fmt.Sprintf("decision %q", d.ID)
	switch {
	case node.Literal != nil:
		d.logic = literalExpression{r.expression(where, "literalExpression", node.Literal)}
	case node.Table != nil:
		d.logic = r.readTable(where, node.Table)
	default:
		r.problem("%s %s", where, noLogic(node))
	}
	return d
}

// otherLogic is what DMN knows besides.
var otherLogic = []string{"context", "invocation", "list", "relation", "functionDefinition", "conditional", "filter", "for", "every", "some"}

func noLogic(node *decisionXML) string {
	for _, other := range node.Rest {
		if slices.Contains(otherLogic, other.XMLName.Local) {
			return "has the logic " + other.XMLName.Local + ", which this engine does not carry out; it knows literalExpression and decisionTable"
		}
	}
	return "must have a literalExpression or a decisionTable"
}

func (r *reader) connect(d *Decision, node *decisionXML) {
	if len(node.Knowledge) > 0 {
		r.problem("decision %q has a knowledgeRequirement, which this engine does not carry out; it knows informationRequirement", d.ID)
	}
	for _, requirement := range node.Information {
		if requirement.RequiredDecision == nil {
			continue // It is an input: a variable.
		}
		href := requirement.RequiredDecision.Href
		id, ok := strings.CutPrefix(href, "#")
		if required := r.byID[id]; ok && required != nil {
			d.Required = append(d.Required, required)
		} else {
			r.problem("decision %q: it requires %q, which is no decision of the document", d.ID, href)
		}
	}
}

// refuseCycles refuses decisions that require themselves, directly or not.
func (r *reader) refuseCycles(decisions []*Decision) {
	const open, closed = 1, 2
	progress := map[*Decision]int{}
	var visit func(d *Decision)
	visit = func(d *Decision) {
		progress[d] = open
		for _, required := range d.Required {
			switch progress[required] {
			case open:
				r.problem("decision %q: it requires itself by way of %q", required.ID, d.ID)
			case 0:
				visit(required)
			}
		}
		progress[d] = closed
	}
	for _, d := range decisions {
		if progress[d] == 0 {
			visit(d)
		}
	}
}

// expression reads a FEEL expression that must not be empty. It notes a problem and gives nil if it cannot be read.
func (r *reader) expression(where, what string, node *textXML) *feel.Expression {
	text := strings.TrimSpace(node.Text)
	if text == "" {
		r.problem("%s: its %s must have a text, found none", where, what)
		return nil
	}
	if language := strings.ToLower(node.Language); language != "" && !strings.Contains(language, "feel") {
		r.problem("%s: its %s is written in %q, which this engine does not carry out; it knows FEEL", where, what, node.Language)
		return nil
	}
	expression, err := feel.Parse(text)
	if err != nil {
		r.problem("%s: its %s does not parse: %v", where, what, err)
		return nil
	}
	return expression
}
