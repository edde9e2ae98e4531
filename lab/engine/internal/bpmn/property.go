package bpmn

import (
	"regexp"
	"strings"

	"zeebe-chaos/lab/engine/internal/feel"
)

var (
	variablePath = regexp.MustCompile(`^[\pL_$][\pL\d_$]*(\.[\pL_$][\pL\d_$]*)*$`)
	wholeNumber  = regexp.MustCompile(`^\s*\d{1,9}\s*$`)
)

func isVariablePath(text string) bool { return variablePath.MatchString(text) }

func isWholeNumber(text string) bool { return wholeNumber.MatchString(text) }

func isStatic(source string) bool { return !strings.HasPrefix(strings.TrimSpace(source), "=") }

// property reads a property that must not be empty: a static text or an expression. It notes a problem and gives nil if
// it cannot be read.
func (r *reader) property(where, what, source string) *feel.Expression {
	if strings.TrimSpace(source) == "" {
		r.problem("%s: must have %s, found none", where, withArticle(what))
		return nil
	}
	expression, err := feel.ParseProperty(source)
	if err != nil {
		r.problem("%s: its %s does not parse: %v", where, what, err)
		return nil
	}
	return expression
}

// dynamic reads a property that must be an expression.
func (r *reader) dynamic(where, what, source string) *feel.Expression {
	source = strings.TrimSpace(source)
	if source != "" && isStatic(source) {
		r.problem("%s: its %s must be an expression with a leading \"=\", found %q", where, what, source)
		return nil
	}
	return r.property(where, what, source)
}
