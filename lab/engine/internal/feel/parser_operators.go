package feel

func (p *parser) disjunction() node {
	left := p.conjunction()
	for p.accept("or") {
		left = logicNode{decisive: true, left: left, right: p.conjunction()}
	}
	return left
}

func (p *parser) conjunction() node {
	left := p.comparison()
	for p.accept("and") {
		left = logicNode{decisive: false, left: left, right: p.comparison()}
	}
	return left
}

func (p *parser) comparison() node {
	left := p.sum()
	for {
		if operator, ok := p.acceptAny("=", "!=", "<", "<=", ">", ">="); ok {
			left = comparisonNode{operator, left, p.sum()}
			continue
		}
		switch {
		case p.accept("between"):
			low := p.sum()
			p.expect("and")
			left = betweenNode{left, low, p.sum()}
		case p.accept("in"):
			left = inNode{left, p.testsAfterIn()}
		default:
			return left
		}
	}
}

func (p *parser) sum() node {
	left := p.product()
	for {
		operator, ok := p.acceptAny("+", "-")
		if !ok {
			return left
		}
		left = arithmeticNode{operator, left, p.product()}
	}
}

func (p *parser) product() node {
	left := p.power()
	for {
		operator, ok := p.acceptAny("*", "/")
		if !ok {
			return left
		}
		left = arithmeticNode{operator, left, p.power()}
	}
}

func (p *parser) power() node {
	left := p.negation()
	for p.accept("**") {
		left = arithmeticNode{"**", left, p.negation()}
	}
	return left
}

func (p *parser) negation() node {
	negative := false
	for p.accept("-") {
		negative = !negative
	}
	operand := p.postfix()
	if !negative {
		return operand
	}
	// Folded, so that xs[-1] is known to be an index and "-1" in a decision table to be a value.
	if l, ok := operand.(literal); ok {
		return literal{negate(l.value)}
	}
	return negationNode{operand}
}

func (p *parser) postfix() node {
	operand := p.operand()
	for {
		switch {
		case p.accept("."):
			t := p.advance()
			if t.kind != tokenName && t.kind != tokenQuotedName {
				p.fail(t, "expected a name after the dot, found %s", t)
			}
			operand = pathNode{operand, t.text}
		case p.peek().is("[") && !p.closesRange():
			p.advance()
			operand = filterNode{operand, p.expression()}
			p.expect("]")
		default:
			return operand
		}
	}
}
