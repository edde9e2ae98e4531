package feel

import (
	"slices"
	"strings"
)

func (p *parser) operand() node {
	t := p.peek()
	switch {
	case t.kind == tokenNumber:
		p.advance()
		value, ok := parseNumber(t.text)
		if !ok {
			p.fail(t, "the number %s is too large", t)
		}
		return literal{value}
	case t.kind == tokenString:
		p.advance()
		return literal{t.text}
	case p.accept("true"):
		return literal{true}
	case p.accept("false"):
		return literal{false}
	case p.accept("null"):
		return literal{nil}
	case p.accept("@"):
		return p.temporal()
	case p.accept("("):
		inner := p.expression()
		p.expect(")")
		return inner
	case p.accept("["):
		return listNode{p.nodesUntil("]")}
	case p.accept("{"):
		return p.context()
	case t.is("?") && p.inTests:
		p.advance()
		return name{inputName}
	case t.isName():
		return p.nameOrCall()
	}
	p.fail(t, "expected a value, found %s", t)
	return nil
}

func (p *parser) nodesUntil(end string) []node {
	var nodes []node
	for !p.accept(end) {
		if len(nodes) > 0 {
			p.expect(",")
		}
		nodes = append(nodes, p.expression())
	}
	return nodes
}

func (p *parser) temporal() node {
	t := p.advance()
	if t.kind != tokenString {
		p.fail(t, "expected a date, a time stamp or a duration in quotation marks after @, found %s", t)
	}
	value := parseTemporal(t.text)
	if value == nil {
		p.fail(t, `expected a date ("2024-05-01"), a time stamp ("2024-05-01T10:00:00Z") or a duration ("PT10S"), found %q`, t.text)
	}
	return literal{value}
}

func (p *parser) context() node {
	unbind := p.bind()
	defer unbind()
	var entries []contextEntry
	for !p.accept("}") {
		if len(entries) > 0 {
			p.expect(",")
		}
		t := p.advance()
		if t.kind != tokenName && t.kind != tokenQuotedName && t.kind != tokenString {
			p.fail(t, "expected the key of a context's entry, found %s", t)
		}
		p.expect(":")
		entries = append(entries, contextEntry{t.text, p.expression()})
		p.bind(t.text)
	}
	return contextNode{entries}
}

func (p *parser) nameOrCall() node {
	start := p.peek()
	if start.kind == tokenName {
		if function, words := p.builtinAhead(); words > 0 {
			p.at += words + 1
			arguments := p.nodesUntil(")")
			if problem := function.arityProblem(len(arguments)); problem != "" {
				p.fail(start, "%s", problem)
			}
			return builtinCall{function, arguments}
		}
	}
	if words := p.wordsOfCall(); len(words) > 0 {
		called := strings.Join(words, " ")
		if len(words) > 1 || !p.isLocal(called) {
			p.fail(start, "the function %q is not known", called)
		}
		p.at += 2
		return localCall{called, p.nodesUntil(")")}
	}
	p.advance()
	return name{start.text}
}

// wordsOfCall gives the words of a call's name, such as foo bar(…), or nothing if no call is ahead.
func (p *parser) wordsOfCall() []string {
	var words []string
	for p.peekAt(len(words)).isName() {
		words = append(words, p.peekAt(len(words)).text)
	}
	if !p.peekAt(len(words)).is("(") {
		return nil
	}
	return words
}

// builtinAhead finds the built-in function whose name, of one or more words, and parenthesis are ahead.
func (p *parser) builtinAhead() (function builtin, words int) {
	var text string
	for words = 1; words <= mostWordsOfBuiltin; words++ {
		t := p.peekAt(words - 1)
		if t.kind != tokenName {
			break
		}
		text = strings.TrimPrefix(text+" "+t.text, " ")
		if function, ok := builtins[text]; ok && p.peekAt(words).is("(") && !p.isLocal(text) {
			return function, words
		}
	}
	return builtin{}, 0
}

func (p *parser) isLocal(name string) bool { return slices.Contains(p.locals, name) }
