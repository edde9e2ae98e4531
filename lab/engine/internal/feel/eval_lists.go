package feel

import "math"

// eval picks an item if the filter is a number, else the items for which it is true. Inside the filter an item is called
// "item", and its entries are seen by their own names. What is no list counts as a list of one item.
func (n filterNode) eval(s *scope) any {
	items, ok := asList(s.eval(n.of))
	if !ok {
		return nil
	}
	if l, ok := n.filter.(literal); ok {
		if index, ok := l.value.(float64); ok {
			return itemAt(items, index)
		}
	}
	if len(items) == 0 {
		if _, ok := s.eval(n.filter).(float64); ok {
			return nil
		}
		return []any{}
	}
	picked := []any{}
	for _, item := range items {
		switch verdict := s.withItem(item).eval(n.filter).(type) {
		case float64:
			return itemAt(items, verdict)
		case bool:
			if verdict {
				picked = append(picked, item)
			}
		}
	}
	return picked
}

func (s *scope) withItem(item any) *scope {
	inner := s.with(map[string]any{"item": item})
	if entries, ok := item.(map[string]any); ok {
		return inner.with(entries)
	}
	return inner
}

func asList(value any) ([]any, bool) {
	if value == nil {
		return nil, false
	}
	if items, ok := value.([]any); ok {
		return items, true
	}
	return []any{value}, true
}

// itemAt counts from 1, and from the end if the index is negative.
func itemAt(items []any, index float64) any {
	if index != math.Trunc(index) || index == 0 || math.Abs(index) > float64(len(items)) {
		return nil
	}
	if index < 0 {
		return items[len(items)+int(index)]
	}
	return items[int(index)-1]
}

func (n forNode) eval(s *scope) any {
	results := []any{}
	complete := s.iterate(n.iterations, func(inner *scope) bool {
		results = append(results, inner.eval(n.result))
		return true
	})
	if !complete {
		return nil
	}
	return results
}

func (n quantifierNode) eval(s *scope) any {
	var decided, unknown bool
	complete := s.iterate(n.iterations, func(inner *scope) bool {
		switch inner.eval(n.condition) {
		case n.decisive:
			decided = true
		case !n.decisive:
		default:
			unknown = true
		}
		return !decided
	})
	switch {
	case decided:
		return n.decisive
	case unknown, !complete:
		return nil
	}
	return !n.decisive
}

// iterate visits each combination of the iterations, the last one fastest, until visit gives false. It gives false if
// what is iterated over is no list.
func (s *scope) iterate(iterations []iteration, visit func(*scope) (goOn bool)) (complete bool) {
	ended := false
	var descend func(s *scope, rest []iteration) bool
	descend = func(s *scope, rest []iteration) bool {
		if len(rest) == 0 {
			ended = !visit(s)
			return true
		}
		return s.each(rest[0], func(value any) bool {
			return descend(s.with(map[string]any{rest[0].name: value}), rest[1:]) && !ended
		}) || ended
	}
	return descend(s, iterations)
}

// each visits the values of one iteration until visit gives false, and tells whether it came to the end.
func (s *scope) each(i iteration, visit func(any) bool) bool {
	if i.last != nil {
		return s.eachNumber(s.eval(i.domain), s.eval(i.last), visit)
	}
	items, ok := s.eval(i.domain).([]any)
	if !ok {
		return false
	}
	for _, item := range items {
		s.run.charge(1)
		if !visit(item) {
			return false
		}
	}
	return true
}

func (s *scope) eachNumber(from, to any, visit func(any) bool) bool {
	first, ok := from.(float64)
	last, alsoOk := to.(float64)
	if !ok || !alsoOk {
		return false
	}
	step := 1.0
	if last < first {
		step = -1
	}
	count := math.Floor(math.Abs(last - first))
	for i := 0.0; i <= count; i++ {
		s.run.charge(1)
		if !visit(first + i*step) {
			return false
		}
	}
	return true
}
