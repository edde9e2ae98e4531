package feel

import (
	"fmt"
	"slices"
)

const (
	mostNesting     = 200
	mostSourceBytes = 256 << 10
)

var reserved = []string{
	"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between", "function",
	"true", "false", "null",
}

// parser is a recursive-descent parser over the tokens of one source. Its methods panic with a syntaxPanic, which the
// parse… entry points turn into an error.
type parser struct {
	source       string
	tokens       []token
	at           int
	depth        int
	locals       []string // names bound by the expression itself: only these can be called besides the built-in functions
	inTests      bool
	hasFunctions bool
}

type syntaxPanic struct{ error }

func newParser(source string) (*parser, error) {
	if len(source) > mostSourceBytes {
		return nil, fmt.Errorf("a FEEL expression of %d bytes is too long: at most %d are read", len(source), mostSourceBytes)
	}
	tokens, err := tokenize(source)
	if err != nil {
		return nil, err
	}
	return &parser{source: source, tokens: tokens}, nil
}

func (p *parser) parseAll() (root node, err error) {
	defer p.recoverInto(&err)
	root = p.expression()
	p.expectEnd()
	return root, nil
}

func (p *parser) recoverInto(err *error) {
	switch problem := recover().(type) {
	case nil:
	case syntaxPanic:
		*err = problem.error
	default:
		panic(problem)
	}
}

func (p *parser) fail(t token, format string, args ...any) {
	panic(syntaxPanic{syntaxError(p.source, t.position, fmt.Sprintf(format, args...))})
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) peekAt(ahead int) token { return p.tokens[min(p.at+ahead, len(p.tokens)-1)] }

func (p *parser) advance() token {
	t := p.peek()
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

func (t token) is(text string) bool {
	return (t.kind == tokenSymbol || t.kind == tokenName) && t.text == text
}

func (t token) isReserved() bool { return t.kind == tokenName && slices.Contains(reserved, t.text) }

// isName tells whether the token can name a variable.
func (t token) isName() bool {
	return t.kind == tokenQuotedName || t.kind == tokenName && !t.isReserved()
}

func (p *parser) accept(text string) bool {
	if !p.peek().is(text) {
		return false
	}
	p.at++
	return true
}

func (p *parser) acceptAny(texts ...string) (string, bool) {
	for _, text := range texts {
		if p.accept(text) {
			return text, true
		}
	}
	return "", false
}

func (p *parser) expect(text string) {
	if !p.accept(text) {
		p.fail(p.peek(), "expected %q, found %s", text, p.peek())
	}
}

func (p *parser) expectEnd() {
	if t := p.peek(); t.kind != tokenEnd {
		p.fail(t, "expected an operator or the end, found %s", t)
	}
}

func (p *parser) expectName() string {
	t := p.advance()
	if !t.isName() {
		p.fail(t, "expected a name, found %s", t)
	}
	return t.text
}

// bind makes names callable until the function that it returns is called.
func (p *parser) bind(names ...string) (unbind func()) {
	before := len(p.locals)
	p.locals = append(p.locals, names...)
	return func() { p.locals = p.locals[:before] }
}

func (p *parser) expression() node {
	if p.depth++; p.depth > mostNesting {
		p.fail(p.peek(), "the expression is nested more than %d deep", mostNesting)
	}
	defer func() { p.depth-- }()
	switch {
	case p.accept("if"):
		return p.ifExpression()
	case p.accept("for"):
		iterations, unbind := p.iterations()
		defer unbind()
		p.expect("return")
		return forNode{iterations, p.expression()}
	case p.peek().is("some"), p.peek().is("every"):
		decisive := p.advance().text == "some"
		iterations, unbind := p.iterations()
		defer unbind()
		p.expect("satisfies")
		return quantifierNode{iterations, decisive, p.expression()}
	case p.accept("function"):
		return p.functionDefinition()
	}
	return p.disjunction()
}

func (p *parser) ifExpression() node {
	condition := p.expression()
	p.expect("then")
	then := p.expression()
	p.expect("else")
	return ifNode{condition, then, p.expression()}
}

func (p *parser) iterations() (iterations []iteration, unbind func()) {
	unbind = p.bind()
	for {
		name := p.expectName()
		p.expect("in")
		i := iteration{name: name, domain: p.expression()}
		if p.accept("..") {
			i.last = p.expression()
		}
		iterations = append(iterations, i)
		p.bind(name)
		if !p.accept(",") {
			return iterations, unbind
		}
	}
}

func (p *parser) functionDefinition() node {
	p.hasFunctions = true
	p.expect("(")
	var parameters []string
	for !p.accept(")") {
		if len(parameters) > 0 {
			p.expect(",")
		}
		parameters = append(parameters, p.expectName())
	}
	defer p.bind(parameters...)()
	return functionNode{parameters, p.expression()}
}
