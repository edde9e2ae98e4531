package feel

import (
	"strings"
	"testing"
)

func TestUnaryTests(t *testing.T) {
	for _, c := range []struct {
		cell  string
		input any
		want  bool
	}{
		{`-`, "x", true}, {``, nil, true}, {` `, 1.0, true},
		{`"a"`, "a", true}, {`"a"`, "b", false}, {`"a", "b"`, "b", true}, {`"a"`, nil, false}, {`null`, nil, true}, {`"a"`, 1.0, false},
		{`not("a", "b")`, "c", true}, {`not("a", "b")`, "b", false}, {`not(null)`, 1.0, true},
		{`< 5`, 4.0, true}, {`< 5`, 5.0, false}, {`>= 5`, 5.0, true}, {`< 5`, nil, false}, {`< 5`, "4", false}, {`not(< 5)`, "4", false},
		{`[1..5]`, 5.0, true}, {`[1..5)`, 5.0, false}, {`(1..5]`, 1.0, false}, {`]1..5[`, 5.0, false}, {`[1..5], 9`, 9.0, true},
		{`["a".."c"]`, "b", true}, {`-1`, -1.0, true}, {`- 1`, 1.0, false},
		{`true`, true, true}, {`true`, false, false}, {`false`, false, true},
		{`limit`, 3.0, true}, {`> limit`, 4.0, true}, {`[1..limit]`, 4.0, false}, {`[1, 2]`, 2.0, true}, {`names`, "b", true},
		{`contains(?, "ell")`, "hello", true}, {`? > 1 and ? < 3`, 2.0, true}, {`? > 1 and ? < 3`, 3.0, false},
		{`limit`, 3, true},
	} {
		tests, err := ParseUnaryTests(c.cell)
		if err != nil {
			t.Fatalf("%s: %v", c.cell, err)
		}
		got, err := tests.Matches(c.input, contextOf(t, `{"limit": 3, "names": ["a", "b"]}`))
		if err != nil || got != c.want {
			t.Errorf("%q of %v: got %v, %v", c.cell, c.input, got, err)
		}
	}
}

func TestUnaryTestsRefuse(t *testing.T) {
	for cell, want := range map[string]string{
		`"a",`:       `expected a value, found the end`,
		`"a" "b"`:    `expected an operator or the end, found the string "b"`,
		`[1..`:       `expected a value, found the end`,
		`not("a"`:    `expected ")", found the end`,
		`nope(?)`:    `the function "nope" is not known`,
		`- , "a"`:    `expected a value, found ","`,
		`[1..5} , 1`: `expected the range to end with "]" or ")", found "}"`,
	} {
		if _, err := ParseUnaryTests(cell); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %s", cell, err, want)
		}
	}
}
