package feel

import (
	"math/rand/v2"
	"testing"
	"time"
)

// fragments are put into valid sources at random; together with deletions they reach most of the parser's refusals.
var fragments = []string{
	"(", ")", "[", "]", "{", "}", "..", ".", ",", ":", "?", "@", "\"", "\\", "`", "-", "**", "in ", " and ", " between ", "if ", " then ",
	" else ", "for ", " return ", "some ", " satisfies ", "function(", "not(", "null", "/*", "//", "\xff", "é", "1", "date and time(",
}

var validSources = []string{
	`{outcomes: flatten(xs), place: function(o) if count(xs) > 1 then " on " + o.a else "", r: for o in outcomes return place(o)}`,
	`some x in xs, y in [1..3] satisfies x.a[item > 1 and -2 ** 2 <= 3].b != "a\"b" or x in ]1..5[`,
	`if a between 1 and 2 then date and time("2024-05-01T10:00:00Z") - @"PT1.5S" else get or else(a.b, [1, "x", {"k": null}][-1])`,
	`not("a", < 5, [1..5)), starts with(?, "x")`,
}

// TestMutationsNeverPanic also evaluates what still parses, twice, since both must give the same.
func TestMutationsNeverPanic(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	context := Context{Now: time.Unix(0, 0), Variables: func(name string) (any, bool) { return []any{1.0, "a", nil}, name == "xs" }}
	parsed := 0
	for range 20_000 {
		source := mutate(random, validSources[random.IntN(len(validSources))])
		if tests, err := ParseUnaryTests(source); err == nil {
			_, _ = tests.Matches("a", context)
		}
		e, err := Parse(source)
		if err != nil {
			continue
		}
		parsed++
		first, firstErr := e.Evaluate(context)
		second, secondErr := e.Evaluate(context)
		firstText, _ := ToJSON(first)
		secondText, _ := ToJSON(second)
		if string(firstText) != string(secondText) || (firstErr == nil) != (secondErr == nil) {
			t.Fatalf("%q gave %s and %s", source, firstText, secondText)
		}
	}
	if parsed < 100 {
		t.Errorf("only %d mutations parsed: they no longer reach the evaluation", parsed)
	}
}

func mutate(random *rand.Rand, source string) string {
	for range 1 + random.IntN(4) {
		at := random.IntN(len(source) + 1)
		switch random.IntN(3) {
		case 0:
			source = source[:at] + fragments[random.IntN(len(fragments))] + source[at:]
		case 1:
			source = source[:at] + source[min(len(source), at+1+random.IntN(6)):]
		default:
			source = source[:at] + source[random.IntN(len(source)+1):]
		}
	}
	return source
}
