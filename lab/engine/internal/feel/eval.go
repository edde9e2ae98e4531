package feel

func (n literal) eval(*scope) any { return n.value }

func (n name) eval(s *scope) any { return s.lookup(n.name) }

func (n listNode) eval(s *scope) any { return s.evalAll(n.items) }

// eval lets an entry see the entries before it.
func (n contextNode) eval(s *scope) any {
	entries := make(map[string]any, len(n.entries))
	inner := s.with(entries)
	for _, entry := range n.entries {
		entries[entry.key] = inner.eval(entry.value)
	}
	return entries
}

func (n pathNode) eval(s *scope) any { return s.property(s.eval(n.of), n.key) }

// property reads an entry of a context; of a list it reads the entry of each item.
func (s *scope) property(of any, key string) any {
	switch of := of.(type) {
	case map[string]any:
		return of[key]
	case []any:
		values := make([]any, len(of))
		for i, item := range of {
			s.run.charge(1)
			values[i] = s.property(item, key)
		}
		return values
	}
	return nil
}

func (n negationNode) eval(s *scope) any { return negate(s.eval(n.of)) }

func (n arithmeticNode) eval(s *scope) any {
	result := calculate(n.operator, s.eval(n.left), s.eval(n.right))
	s.run.chargeFor(result)
	return result
}

func (n comparisonNode) eval(s *scope) any {
	return s.compare(n.operator, s.eval(n.left), s.eval(n.right))
}

func (s *scope) compare(operator string, left, right any) any {
	s.run.chargeForAll(left)
	return compare(operator, left, right)
}

func (n betweenNode) eval(s *scope) any {
	value := s.eval(n.value)
	return and(compare(">=", value, s.eval(n.low)), compare("<=", value, s.eval(n.high)))
}

func (n logicNode) eval(s *scope) any {
	left := s.eval(n.left)
	if left == n.decisive {
		return n.decisive
	}
	right := s.eval(n.right)
	if right == n.decisive {
		return n.decisive
	}
	if left == !n.decisive && right == !n.decisive {
		return !n.decisive
	}
	return nil
}

func (n ifNode) eval(s *scope) any {
	if s.eval(n.condition) == true {
		return s.eval(n.then)
	}
	return s.eval(n.otherwise)
}

func (n builtinCall) eval(s *scope) any {
	arguments := s.evalAll(n.arguments)
	for _, argument := range arguments {
		if n.function.deep {
			s.run.chargeForAll(argument)
		} else {
			s.run.chargeFor(argument)
		}
	}
	result := n.function.call(s.run, arguments)
	s.run.chargeFor(result)
	return result
}

// function is a function that the expression itself defines.
type function struct {
	functionNode
	scope *scope
}

func (n functionNode) eval(s *scope) any { return &function{n, s} }

func (n localCall) eval(s *scope) any {
	f, ok := s.lookup(n.name).(*function)
	if !ok || len(f.parameters) != len(n.arguments) {
		return nil
	}
	names := make(map[string]any, len(f.parameters))
	for i, value := range s.evalAll(n.arguments) {
		names[f.parameters[i]] = value
	}
	if s.run.calls++; s.run.calls > mostCalls {
		panic(limitPanic{"its functions call each other too deep"})
	}
	defer func() { s.run.calls-- }()
	return f.scope.with(names).eval(f.body)
}

// withoutFunctions drops the functions from a result: they are no values that a variable can have.
func withoutFunctions(value any) any {
	switch v := value.(type) {
	case *function:
		return nil
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = withoutFunctions(item)
		}
		return items
	case map[string]any:
		entries := make(map[string]any, len(v))
		for key, entry := range v {
			if _, ok := entry.(*function); !ok {
				entries[key] = withoutFunctions(entry)
			}
		}
		return entries
	}
	return value
}
