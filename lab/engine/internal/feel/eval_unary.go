package feel

// eval gives true if one of the tests does, and null if none does and one is undecided.
func (n inNode) eval(s *scope) any { return s.matchesAny(s.eval(n.value), n.tests) }

func (s *scope) matchesAny(input any, tests []test) any {
	inner := s.with(map[string]any{inputName: input})
	var result any = false
	for _, t := range tests {
		switch t.matches(inner, input) {
		case true:
			return true
		case nil:
			result = nil
		}
	}
	return result
}

func (t comparisonTest) matches(s *scope, input any) any {
	return s.compare(t.operator, input, s.eval(t.operand))
}

func (t rangeTest) matches(s *scope, input any) any {
	above, below := ">=", "<="
	if t.openLow {
		above = ">"
	}
	if t.openHigh {
		below = "<"
	}
	return and(compare(above, input, s.eval(t.low)), compare(below, input, s.eval(t.high)))
}

// matches takes a literal for a value to equal. Any other expression may as well give a list that has the input, or be a
// condition on the input.
func (t valueTest) matches(s *scope, input any) any {
	value := s.eval(t.value)
	s.run.chargeForAll(value)
	if _, ok := t.value.(literal); ok {
		return equal(input, value)
	}
	if value == true {
		return true
	}
	if items, ok := value.([]any); ok {
		if _, isList := input.([]any); !isList {
			return contains(items, input)
		}
	}
	return equal(input, value)
}

// UnaryTests is a parsed cell of a decision table: what an input is tested for. It is immutable and safe for concurrent use.
type UnaryTests struct {
	source  string
	any     bool
	negated bool
	tests   []test
}

// ParseUnaryTests reads a cell: "-" or nothing for any input, or values, comparisons and ranges with commas between them,
// possibly in not(…). The error is one sentence that says where and what was expected.
func ParseUnaryTests(source string) (tests *UnaryTests, err error) {
	p, err := newParser(source)
	if err != nil {
		return nil, err
	}
	defer p.recoverInto(&err)
	p.inTests = true
	u := &UnaryTests{source: source}
	switch {
	case p.peek().kind == tokenEnd:
		u.any = true
	case p.peek().is("-") && p.peekAt(1).kind == tokenEnd:
		p.advance()
		u.any = true
	case p.peek().is("not") && p.peekAt(1).is("("):
		p.at += 2
		u.negated = true
		u.tests = p.tests()
		p.expect(")")
	default:
		u.tests = p.tests()
	}
	p.expectEnd()
	return u, nil
}

// Matches tells whether the input passes in the context. It returns an error only if the evaluation outgrows its limits.
func (u *UnaryTests) Matches(input any, context Context) (matches bool, err error) {
	if u.any {
		return true, nil
	}
	err = newRun(context).guard(u.source, func(s *scope) {
		matches = s.matchesAny(asValue(input), u.tests) == !u.negated
	})
	return matches, err
}
