package feel

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, time.March, 1, 12, 0, 0, 250_000_000, time.FixedZone("elsewhere", 3600))

func contextOf(t *testing.T, variables string) Context {
	t.Helper()
	values, err := FromJSON([]byte(variables))
	if err != nil {
		t.Fatal(err)
	}
	return Context{Now: noon, Variables: func(name string) (any, bool) {
		value, ok := values[name]
		return value, ok
	}}
}

// evaluate gives the value as JSON, so that tables are easy to read.
func evaluate(t *testing.T, source string, context Context) string {
	t.Helper()
	e, err := Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	value, err := e.Evaluate(context)
	if err != nil {
		t.Fatal(err)
	}
	text, err := ToJSON(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEvaluate(t *testing.T) {
	const variables = `{"a": 1, "b": {"c": {"d": "deep"}}, "xs": [1, 2, 3], "orders": [{"id": "x", "n": 5}, {"id": "y", "n": 7}],
		"yes": true, "no": false, "first-name": "Ada", "_x1": 9, "nothing": null, "empty": [], "i": 2}`
	for source, want := range map[string]string{
		// literals
		`1`: `1`, `.5`: `0.5`, `-2.50`: `-2.5`, `"a\"b\n\u00e9\\ \d"`: `"a\"b\né\\ \\d"`, `true`: `true`, `null`: `null`,
		`[1, "a", null, []]`: `[1,"a",null,[]]`, `{}`: `{}`, `{a: 1, "b c": [a]}`: `{"a":1,"b c":[1]}`,
		`1 /* one */ + 2 // two`: `3`,
		// names and paths
		`a`: `1`, `b.c.d`: `"deep"`, `missing`: `null`, `missing.x.y`: `null`, `a.x`: `null`, "`first-name`": `"Ada"`, `_x1`: `9`,
		`i-a`: `1`, `orders.id`: `["x","y"]`, `{if: 1}.if`: `1`,
		// lists
		`xs[1]`: `1`, `xs[-1]`: `3`, `xs[0]`: `null`, `xs[4]`: `null`, `xs[-4]`: `null`, `xs[1.5]`: `null`, `xs[i]`: `2`,
		`empty[i]`: `null`, `empty[item = 1]`: `[]`, `xs[item > 1]`: `[2,3]`, `orders[n > 5].id`: `["y"]`, `missing[1]`: `null`,
		`orders[item.id = "x"][1].n`: `5`, `a[1]`: `1`, `xs[item = "x"]`: `[]`, `orders[n = i + 5]`: `[{"id":"y","n":7}]`,
		// arithmetic
		`1 + 2 * 3`: `7`, `(1 + 2) * 3`: `9`, `10 - 4 - 3`: `3`, `7 / 2`: `3.5`, `2 ** 3 ** 2`: `64`, `-2 ** 2`: `4`, `- a`: `-1`,
		`--a`: `1`, `1 / 0`: `null`, `"a" + "b"`: `"ab"`, `"a" + 1`: `null`, `1 + null`: `null`, `10 ** 400`: `null`, `0 * -1`: `0`,
		`9007199254740991 + 1`: `9007199254740992`, `0.1 + 0.2 = 0.3`: `false`,
		// comparisons
		`1 = 1`: `true`, `1 != 1`: `false`, `1 = "1"`: `null`, `null = nothing`: `true`, `1 = null`: `false`, `null != 1`: `true`,
		`1 < 2`: `true`, `"a" < "b"`: `true`, `1 < null`: `null`, `2 >= 2`: `true`, `1 < "2"`: `null`, `[1, {a: 2}] = [1, {a: 2}]`: `true`,
		`[1] = ["1"]`: `false`, `{a: 1} = {a: 1, b: 2}`: `false`, `2 between 1 and 3 and yes`: `true`, `0 between 1 and 3`: `false`,
		`null between 1 and 3`: `null`,
		`2 in [1..3]`:          `true`, `3 in [1..3)`: `false`, `1 in ]1..3[ or no`: `false`, `1 in (1..3]`: `false`, `2 in (1, 2)`: `true`,
		`2 in [1, 2]`: `true`, `5 in > 4`: `true`, `5 in (< 3, >= 5)`: `true`, `5 in xs`: `false`, `a in 1 and yes`: `true`,
		`null in (1, 2)`: `false`, `"x" in (> 1, "y")`: `null`, `7 in (? > 6)`: `true`, `2 in [a..xs[3]]`: `true`,
		// logic with three values
		`yes and no`: `false`, `yes and null`: `null`, `null and no`: `false`, `no or null`: `null`, `null or yes`: `true`, `yes and 1`: `null`,
		`not(yes)`: `false`, `not(null)`: `null`, `no or yes and no`: `false`, `a = 1 and not(i = 1)`: `true`,
		// control
		`if a = 1 then "one" else "other"`: `"one"`, `if null then 1 else 2`: `2`, `if no then 1 else if yes then 2 else 3`: `2`,
		`for x in xs return x * 2`: `[2,4,6]`, `for x in [1, 2], y in [x, 10] return x + y`: `[2,11,4,12]`, `for x in 3..1 return x`: `[3,2,1]`,
		`for x in a return x`: `null`, `for x in [1, 2], y in x return y`: `null`, `for x in empty return x`: `[]`,
		`some x in xs satisfies x > 2`: `true`, `some x in xs satisfies x > 3`: `false`, `some x in [null, 1] satisfies x > 3`: `null`,
		`every x in xs satisfies x > 0`: `true`, `every x in [1, null] satisfies x > 1`: `false`, `every x in empty satisfies no`: `true`,
		`some x in missing satisfies true`: `null`, `some x in xs, y in xs satisfies x + y = 6`: `true`, `some x in [1], y in 5 satisfies true`: `null`,
		// functions of the expression's own
		`{n: 2, twice: function(x) x * n, r: [twice(4), twice(5)]}`: `{"n":2,"r":[8,10]}`,
		`{count: function(x) "mine", r: count(1)}.r`:                `"mine"`, `{f: function(x) x, r: f, l: [f]}`: `{"l":[null]}`,
	} {
		if got := evaluate(t, source, contextOf(t, variables)); got != want {
			t.Errorf("%s: got %s, want %s", source, got, want)
		}
	}
}

func TestFunctions(t *testing.T) {
	for source, want := range map[string]string{
		`count([1, null])`: `2`, `count(null)`: `null`, `sum([1, 2.5])`: `3.5`, `sum(1, 2)`: `3`, `sum([])`: `null`, `sum(["a", "b"])`: `null`,
		`sum([1, "b"])`: `null`, `sum([@"PT1S", @"PT2S"])`: `"PT3S"`, `min([3, 1, 2])`: `1`, `max(3, 1)`: `3`, `min([])`: `null`, `min([1, "a"])`: `null`,
		`max("a", "b")`: `"b"`, `append([1], 2, [3])`: `[1,2,[3]]`, `append(null, 1)`: `null`, `concatenate([1], [2], [3])`: `[1,2,3]`,
		`concatenate([1], 2)`: `null`, `list contains([1, null], null)`: `true`, `list contains([1], "1")`: `false`,
		`distinct values([1, 2, 1, "1", null, null])`: `[1,2,"1",null]`, `flatten([1, [2, [[3]]], []])`: `[1,2,3]`,
		`all([true, null])`: `null`, `all([])`: `true`, `all(true, false, null)`: `false`, `any([false, true])`: `true`, `any([])`: `false`,
		`contains("foobar", "ob")`: `true`, `starts with("foobar", "fo")`: `true`, `ends with("foobar", "fo")`: `false`, `contains("a", null)`: `null`,
		`string length("héé")`: `3`, `upper case("aé")`: `"AÉ"`, `lower case("AÉ")`: `"aé"`,
		`string(1.0)`: `"1"`, `string(1.5)`: `"1.5"`, `string("a")`: `"a"`, `string(null)`: `null`, `string([1, "a\"", {b: true, a: null}])`: `"[1, \"a\\\"\", {a:null, b:true}]"`,
		`string(10 ** 18)`: `"1000000000000000000"`, `string(0.000001)`: `"0.000001"`, `string(0 * -1)`: `"0"`,
		`number("12.5")`: `12.5`, `number(" 3 ")`: `3`, `number("1e3")`: `1000`, `number("inf")`: `null`, `number("0x10")`: `null`, `number("x")`: `null`, `number(true)`: `null`,
		`number("1e999")`:               `null`,
		`string join(["a", "b"], ", ")`: `"a, b"`, `string join(["a", null, "b"])`: `"ab"`, `string join(["a", 1], "")`: `null`, `string join([], "x")`: `""`,
		`is defined(null)`: `false`, `is defined(x.y)`: `false`, `is defined(0)`: `true`, `get value({a: 1}, "a")`: `1`, `get value({a: 1}, "b")`: `null`,
		`get or else(null, 1)`: `1`, `get or else(false, 1)`: `false`,
		`floor(1.7)`: `1`, `floor(-1.2)`: `-2`, `ceiling(1.2)`: `2`, `ceiling(-0.5)`: `0`, `floor(1.567, 1)`: `1.5`, `round up(-1.2)`: `-2`, `round up(5.5, 0)`: `6`,
		`round down(-1.7)`: `-1`, `round half up(2.5)`: `3`, `round half up(-2.5)`: `-3`, `round half down(2.5)`: `2`, `round half down(2.51)`: `3`, `floor("1")`: `null`,
		`floor(1, 1.5)`: `null`,
		`now()`:         `"2026-03-01T11:00:00.25Z"`, `today()`: `"2026-03-01"`, `date(now())`: `"2026-03-01"`, `date("2024-02-30")`: `null`,
		`duration("PT90S")`: `"PT1M30S"`, `duration("P1Y")`: `null`, `date and time("2024-05-01T10:00:00+02:00")`: `"2024-05-01T08:00:00Z"`,
		`date and time("2024-05-01T10:00:00")`: `"2024-05-01T10:00:00Z"`, `date and time("x")`: `null`,
		`@"2024-05-01" + @"P1D"`: `"2024-05-02"`, `@"2024-05-01" - @"2024-04-01"`: `"P30D"`, `@"PT1H" + now()`: `"2026-03-01T12:00:00.25Z"`,
		`now() - @"P1D" < now()`: `true`, `@"PT1M" = @"PT60S"`: `true`, `@"PT1S" * 2.5`: `"PT2.5S"`, `2 * @"PT1S"`: `"PT2S"`, `@"PT1S" / 2`: `"PT0.5S"`,
		`@"PT1S" / 0`: `null`, `@"PT1S" / @"PT0S"`: `null`, `@"P100000D" + @"P100000D"`: `null`, `@"P100000D" * 10`: `null`, `-@"PT1S"`: `"-PT1S"`, `now() + now()`: `null`,
		`@"2024-05-01T12:00:00+02:00" = @"2024-05-01T10:00:00Z"`: `true`, `@"2024-05-01" = @"2024-05-01T00:00:00Z"`: `null`,
		// Whole milliseconds since 1970 stay whole, although a float64 cannot hold the nanoseconds.
		`floor((now() - @"1970-01-01T00:00:00Z") / @"PT0.001S")`: fmt.Sprint(noon.UnixMilli()),
	} {
		if got := evaluate(t, source, contextOf(t, `{}`)); got != want {
			t.Errorf("%s: got %s, want %s", source, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for source, want := range map[string]string{
		``:                                     `character 1: expected a value, found the end`,
		`1 +`:                                  `character 4: expected a value, found the end`,
		`(1`:                                   `expected ")", found the end`,
		`[1, 2`:                                `expected ",", found the end`,
		`a b`:                                  `character 3: expected an operator or the end, found "b"`,
		`if a then b`:                          `expected "else", found the end`,
		`for in xs return 1`:                   `expected a name, found "in"`,
		`{1: 2}`:                               `expected the key of a context's entry, found "1"`,
		`"abc`:                                 `expected the string to be closed with a quotation mark`,
		"`abc":                                 `expected the name to be closed with a backtick`,
		`1 /* x`:                               `expected the comment to be closed with "*/"`,
		`a # b`:                                `character 3: "#" has no meaning here`,
		`é # b`:                                `character 3: "#" has no meaning here`,
		`nonsense(1)`:                          `the function "nonsense" is not known`,
		`a + more nonsense(1)`:                 `character 5: the function "more nonsense" is not known`,
		`count()`:                              `the function "count" takes 1, found 0`,
		`append([1])`:                          `the function "append" takes at least 2, found 1`,
		`floor(1, 2, 3)`:                       `the function "floor" takes 1 to 2 arguments, found 3`,
		`? > 1`:                                `expected a value, found "?"`,
		`@"tomorrow"`:                          `found "tomorrow"`,
		`a.`:                                   `expected a name after the dot, found the end`,
		`1 in [1..2`:                           `expected the range to end with "]" or ")", found the end`,
		`{f: function(x) f(x)}`:                `the function "f" is not known`,
		strings.Repeat("(", 300):               `nested more than 200 deep`,
		strings.Repeat("1", 400):               `is too large`,
		strings.Repeat(" ", mostSourceBytes+1): `is too long`,
	} {
		_, err := Parse(source)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: got error %v, want %s", source, err, want)
		}
	}
}

func TestEvaluateEndsWithinItsLimits(t *testing.T) {
	doubling := "{a0: \"0123456789\""
	for i := range 60 {
		doubling += fmt.Sprintf(", a%d: a%d + a%d", i+1, i, i)
	}
	sharing := "{a0: [1]"
	for i := range 60 {
		sharing += fmt.Sprintf(", a%d: [a%d, a%d]", i+1, i, i)
	}
	for source, want := range map[string]string{
		sharing + "}": `steps`, sharing + ", r: a60 = a60}.r": `steps`, sharing + ", r: flatten(a60)}.r[1]": `steps`,
		sharing + ", r: string(a60)}.r[1]": `steps`, sharing + ", r: a60 in (a60, 1)}.r": `steps`, sharing + ", r: list contains([a60], a60)}.r": `steps`,
		`for x in 1..1000000000000 return x`:                  `steps`,
		`every x in 1..100000, y in 1..100000 satisfies true`: `steps`,
		doubling + "}":                   `steps`,
		`{f: function(g) g(g), r: f(f)}`: `too deep`,
		`{xs: for x in 1..5000 return x, r: count(distinct values(xs))}`:       `steps`,
		`{xs: for x in 1..3000 return x, r: for x in xs return append(xs, x)}`: `steps`,
	} {
		e, err := Parse(source)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Evaluate(Context{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: got error %v, want %s", source, err, want)
		}
	}
}

func TestParseProperty(t *testing.T) {
	for source, want := range map[string]struct {
		static bool
		value  any
	}{
		`work`:      {true, "work"},
		`a + b`:     {true, "a + b"},
		``:          {true, ""},
		`=1 + 1`:    {false, 2.0},
		` = "x"`:    {false, "x"},
		`==`:        {},
		`=nope(1)`:  {},
		`="a" = x1`: {false, false},
	} {
		e, err := ParseProperty(source)
		if want.value == nil {
			if err == nil {
				t.Errorf("%q: parsed", source)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if value, err := e.Evaluate(Context{}); err != nil || value != want.value || e.IsStatic() != want.static || e.Source() != source {
			t.Errorf("%q: got %v, %v, static %v, source %q", source, value, err, e.IsStatic(), e.Source())
		}
	}
}

func TestVariablesAreNotChanged(t *testing.T) {
	backing := append(make([]any, 0, 4), 1.0)
	context := Context{Variables: func(string) (any, bool) { return backing, true }}
	if got := evaluate(t, `[append(xs, 2), append(xs, 3), concatenate(xs, [4])]`, context); got != `[[1,2],[1,3],[1,4]]` {
		t.Errorf("got %s", got)
	}
	if !reflect.DeepEqual(backing[:2], []any{1.0, nil}) {
		t.Errorf("the variable became %v", backing[:2])
	}
}

func TestGoNumbersOfVariables(t *testing.T) {
	context := Context{Variables: func(name string) (any, bool) { return map[string]any{"i": 3, "l": int64(4)}[name], true }}
	if got := evaluate(t, `[i + 1, l + 1, unknown]`, context); got != `[4,5,null]` {
		t.Errorf("got %s", got)
	}
}

func TestExpressionIsSafeForConcurrentUse(t *testing.T) {
	e, err := Parse(`{n: a, f: function(x) x + n, r: for x in 1..50 return f(x)}.r[-1]`)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			value, err := e.Evaluate(Context{Variables: func(string) (any, bool) { return i, true }})
			if err != nil || value != float64(50+i) {
				t.Errorf("got %v, %v", value, err)
			}
		}()
	}
	group.Wait()
}
