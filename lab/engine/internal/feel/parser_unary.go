package feel

// inputName is the name under which tests see the value that is tested.
const inputName = "?"

// testsAfterIn reads what stands right of "in": one test, or several in parentheses.
func (p *parser) testsAfterIn() []test {
	defer func(before bool) { p.inTests = before }(p.inTests)
	p.inTests = true
	if p.peek().is("(") && !p.rangeAhead() {
		p.advance()
		tests := p.tests()
		p.expect(")")
		return tests
	}
	return []test{p.test(p.sum)}
}

// tests reads one or more tests with commas between them.
func (p *parser) tests() []test {
	tests := []test{p.test(p.expression)}
	for p.accept(",") {
		tests = append(tests, p.test(p.expression))
	}
	return tests
}

func (p *parser) test(value func() node) test {
	if operator, ok := p.acceptAny("=", "!=", "<", "<=", ">", ">="); ok {
		return comparisonTest{operator, p.sum()}
	}
	if p.rangeAhead() {
		return p.rangeTest()
	}
	return valueTest{value()}
}

func (p *parser) rangeTest() test {
	opening := p.advance()
	r := rangeTest{openLow: !opening.is("["), low: p.sum()}
	p.expect("..")
	r.high = p.sum()
	closing := p.advance()
	switch {
	case closing.is("]"):
	case closing.is(")"), closing.is("["):
		r.openHigh = true
	default:
		p.fail(closing, `expected the range to end with "]" or ")", found %s`, closing)
	}
	return r
}

// rangeAhead tells whether a bracket is ahead that opens a range, such as [1..5].
func (p *parser) rangeAhead() bool {
	if t := p.peek(); !t.is("[") && !t.is("(") && !t.is("]") {
		return false
	}
	for ahead, depth := 1, 0; ; ahead++ {
		t := p.peekAt(ahead)
		switch {
		case t.kind == tokenEnd, depth == 0 && t.is(","):
			return false
		case depth == 0 && t.is(".."):
			return true
		case t.is("("), t.is("["), t.is("{"):
			depth++
		case t.is(")"), t.is("]"), t.is("}"):
			if depth--; depth < 0 {
				return false
			}
		}
	}
}

// closesRange tells whether the "[" ahead is the end of a range such as ]1..5[ and not the start of a filter: nothing
// that could be a filter follows.
func (p *parser) closesRange() bool {
	t := p.peekAt(1)
	return p.inTests && (t.kind == tokenEnd || t.is(",") || t.is(")") || t.is("]") || t.is("}") ||
		t.is("and") || t.is("or") || t.is("then") || t.is("else") || t.is("return") || t.is("satisfies"))
}
