// Package feel evaluates the part of FEEL, the expression language of BPMN and DMN models, that the engine's models use.
//
// Values are nil, bool, float64, string, []any, map[string]any, Duration, Date and time.Time. An operation on values that
// do not fit gives null, as in Zeebe. Nothing but the Context gets into a result: the same expression and Context give the
// same value on every replica.
package feel

import (
	"fmt"
	"strings"
	"time"
)

// Context is all that an evaluation may see.
type Context struct {
	// Variables gives the value of a variable and whether there is one; nil means that there are none.
	Variables func(name string) (any, bool)
	// Now is the time that now() and today() tell, in UTC.
	Now time.Time
}

// Expression is a parsed FEEL expression or a static string. It is immutable and safe for concurrent use.
type Expression struct {
	source       string
	root         node
	static       bool
	hasFunctions bool
}

// Parse reads a FEEL expression without the leading "=". The error is one sentence that says where and what was expected.
func Parse(source string) (*Expression, error) {
	p, err := newParser(source)
	if err != nil {
		return nil, err
	}
	root, err := p.parseAll()
	if err != nil {
		return nil, err
	}
	return &Expression{source: source, root: root, hasFunctions: p.hasFunctions}, nil
}

// ParseProperty reads a property of a Zeebe model: an expression after a leading "=", anything else is a static string.
func ParseProperty(source string) (*Expression, error) {
	if rest, ok := strings.CutPrefix(strings.TrimSpace(source), "="); ok {
		e, err := Parse(rest)
		if err != nil {
			return nil, err
		}
		e.source = source
		return e, nil
	}
	return &Expression{source: source, root: literal{source}, static: true}, nil
}

// Evaluate gives the value in the context. It returns an error only if the evaluation outgrows its limits.
func (e *Expression) Evaluate(context Context) (any, error) {
	var value any
	err := newRun(context).guard(e.source, func(s *scope) {
		value = s.eval(e.root)
		s.run.chargeForAll(value)
		if e.hasFunctions {
			value = withoutFunctions(value)
		}
	})
	return value, err
}

// Source is the text as it was given to Parse or ParseProperty.
func (e *Expression) Source() string { return e.source }

// IsStatic tells whether it is a static string and not an expression.
func (e *Expression) IsStatic() bool { return e.static }

// quoteSource quotes the source of an expression for a message, shortened to a line.
func quoteSource(source string) string {
	const most = 80
	if runes := []rune(source); len(runes) > most {
		source = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", source)
}
