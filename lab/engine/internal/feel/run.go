package feel

import "fmt"

const (
	// mostSteps bounds one evaluation to well under a second, since every replica stands still for as long.
	mostSteps = 4_000_000
	mostCalls = 200
	// bytesPerStep is how much text costs as much as one step.
	bytesPerStep = 8
)

// run is one evaluation.
type run struct {
	context Context
	steps   int
	calls   int
}

type limitPanic struct{ problem string }

func newRun(context Context) *run { return &run{context: context} }

// guard carries out an evaluation of the source and turns an exceeded limit into an error.
func (r *run) guard(source string, evaluate func(*scope)) (err error) {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case limitPanic:
			err = fmt.Errorf("FEEL expression %s was not evaluated to its end: %s", quoteSource(source), problem.problem)
		default:
			panic(problem)
		}
	}()
	evaluate(&scope{run: r})
	return nil
}

func (r *run) charge(steps int) {
	if r.steps += steps; r.steps > mostSteps {
		panic(limitPanic{fmt.Sprintf("it takes more than %d steps", mostSteps)})
	}
}

// chargeFor charges for what it costs to build or to read a value.
func (r *run) chargeFor(value any) {
	switch v := value.(type) {
	case string:
		r.charge(len(v) / bytesPerStep)
	case []any:
		r.charge(len(v))
	case map[string]any:
		r.charge(len(v))
	}
}

// chargeForAll charges for a value with all that is inside of it. What it holds twice counts twice: a short expression can
// build a value that is larger than the memory once it is written out.
func (r *run) chargeForAll(value any) {
	r.chargeFor(value)
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			r.chargeForAll(item)
		}
	case map[string]any:
		for _, entry := range v {
			r.chargeForAll(entry)
		}
	}
}

// scope holds the names that a part of an expression sees: its own, its parent's, and at the end the context's variables.
type scope struct {
	run    *run
	parent *scope
	names  map[string]any
}

func (s *scope) with(names map[string]any) *scope { return &scope{run: s.run, parent: s, names: names} }

func (s *scope) eval(n node) any {
	s.run.charge(1)
	return n.eval(s)
}

func (s *scope) evalAll(nodes []node) []any {
	values := make([]any, len(nodes))
	for i, n := range nodes {
		values[i] = s.eval(n)
	}
	return values
}

// lookup gives the value of a name, nil if there is none.
func (s *scope) lookup(name string) any {
	for inner := s; inner != nil; inner = inner.parent {
		if value, ok := inner.names[name]; ok {
			return value
		}
	}
	if variables := s.run.context.Variables; variables != nil {
		if value, ok := variables(name); ok {
			return asValue(value)
		}
	}
	return nil
}

// asValue turns Go's whole numbers, such as a loop counter, into the one type of numbers.
func asValue(value any) any {
	switch v := value.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	}
	return value
}
