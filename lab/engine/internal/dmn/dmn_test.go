package dmn

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zeebe-chaos/lab/engine/internal/feel"
)

func document(decisions string) []byte {
	return fmt.Appendf(nil, `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="drg" name="DRG">%s</definitions>`, decisions)
}

func literal(id, text, rest string) string {
	return fmt.Sprintf(`<decision id=%q><variable name="%s result"/>%s<literalExpression><text>%s</text></literalExpression></decision>`, id, id, rest, text)
}

func requires(ids ...string) string {
	var requirements string
	for _, id := range ids {
		requirements += `<informationRequirement><requiredDecision href="#` + id + `"/></informationRequirement>`
	}
	return requirements
}

// tableOf has the columns a and b and a rule for each line of "cell | cell | result".
func tableOf(attributes, outputs string, rules ...string) string {
	text := `<decision id="t"><decisionTable ` + attributes + `><input><inputExpression><text>a</text></inputExpression></input>` +
		`<input><inputExpression><text>b</text></inputExpression></input>` + outputs
	for _, rule := range rules {
		text += `<rule>`
		for i, cell := range strings.Split(rule, "|") {
			entry := "inputEntry"
			if i > 1 {
				entry = "outputEntry"
			}
			text += `<` + entry + `><text><![CDATA[` + cell + `]]></text></` + entry + `>`
		}
		text += `</rule>`
	}
	return text + `</decisionTable></decision>`
}

func variables(values map[string]any) feel.Context {
	return feel.Context{Variables: func(name string) (any, bool) {
		value, ok := values[name]
		return value, ok
	}}
}

func evaluate(t *testing.T, content []byte, id string, values map[string]any) (string, error) {
	t.Helper()
	requirements, err := Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range requirements.Decisions {
		if d.ID == id {
			value, err := d.Evaluate(variables(values))
			if err != nil {
				return "", err
			}
			text, err := feel.ToJSON(value)
			return string(text), err
		}
	}
	t.Fatalf("there is no decision %q", id)
	return "", nil
}

func TestProjectModels(t *testing.T) {
	for _, variant := range []string{"1", "2"} {
		content, err := os.ReadFile("../../../../bpmn/multi-version/v" + variant + ".dmn")
		if err != nil {
			t.Fatal(err)
		}
		requirements, err := Parse(content)
		if err != nil {
			t.Fatal(err)
		}
		if requirements.ID != "fancyRequirements" || requirements.Name != "Fancy decision, variant "+variant || len(requirements.Decisions) != 1 ||
			requirements.Decisions[0].Name != "Fancy decision" {
			t.Errorf("got %+v", requirements)
		}
		if got, err := evaluate(t, content, "fancyDecision", nil); err != nil || got != `"variant `+variant+`"` {
			t.Errorf("variant %s: got %s, %v", variant, got, err)
		}
	}
}

func TestTable(t *testing.T) {
	const one, two = `<output/>`, `<output name="x"/><output name="y"/>`
	type values = map[string]any
	rules := []string{`"gold","silver" | >= 10 | 1`, `"gold" | [5..10) | 2`, `- | < 5 | a`, `"gold" | >= 10 | 1`}
	for _, c := range []struct {
		name, table string
		values      values
		want        string
	}{
		{"unique", tableOf(``, one, rules...), values{"a": "gold", "b": 5.0}, `2`},
		{"unique, open range", tableOf(``, one, rules[:2]...), values{"a": "silver", "b": 5.0}, `null`},
		{"an expression as a result", tableOf(`hitPolicy="UNIQUE"`, one, rules...), values{"a": "tin", "b": 1.0}, `"tin"`},
		{"a missing input", tableOf(``, one, rules...), values{"a": "gold"}, `null`},
		{"first", tableOf(`hitPolicy="FIRST"`, one, `- | > 1 | "low"`, `- | - | "any"`), values{"b": 2.0}, `"low"`},
		{"any that agree", tableOf(`hitPolicy="ANY"`, one, rules...), values{"a": "gold", "b": 10.0}, `1`},
		{"collect", tableOf(`hitPolicy="COLLECT"`, one, `- | > 1 | "x"`, `- | > 5 | "y"`, `- | > 2 | "z"`), values{"b": 3.0}, `["x","z"]`},
		{"collect nothing", tableOf(`hitPolicy="COLLECT"`, one, `- | > 1 | "x"`), values{}, `[]`},
		{"two outputs", tableOf(``, two, `- | - | 1 | b`), values{"b": 3.0}, `{"x":1,"y":3}`},
		{"an empty cell", tableOf(``, two, `| | | 2`), values{}, `{"x":null,"y":2}`},
		{"a default", tableOf(``, `<output><defaultOutputEntry><text>"else"</text></defaultOutputEntry></output>`, `1 | - | 2`), values{}, `"else"`},
		{"not", tableOf(``, one, `not("gold", null) | - | "base"`), values{"a": "tin"}, `"base"`},
	} {
		if got, err := evaluate(t, document(c.table), "t", c.values); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.name, got, err, c.want)
		}
	}
}

func TestHitPolicyViolations(t *testing.T) {
	rules := []string{`- | - | 1`, `1 | - | 3`, `- | - | 2`}
	for policy, want := range map[string]string{
		"UNIQUE": `decision "t" could not be evaluated: the hit policy UNIQUE expects at most one rule to match, but rules 1, 3 do`,
		"ANY":    `decision "t" could not be evaluated: the hit policy ANY expects the rules that match to agree, but rules 1, 3 do not`,
	} {
		_, err := evaluate(t, document(tableOf(`hitPolicy="`+policy+`"`, `<output/>`, rules...)), "t", nil)
		if err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
}

func TestRequiredDecisions(t *testing.T) {
	content := document(literal("top", "`left result` + `right result` + base", requires("left", "right")) +
		literal("left", "`base result` * 10", requires("base")) + literal("right", "`base result`", requires("base")) +
		`<decision id="base"><variable name="base result"/><informationRequirement><requiredInput href="#in"/></informationRequirement>` +
		`<literalExpression><text>base + 1</text></literalExpression></decision><inputData id="in"/>` +
		`<decision id="bare"><literalExpression><text>7</text></literalExpression></decision>` + literal("uses-bare", "bare", requires("bare")))
	if got, err := evaluate(t, content, "top", map[string]any{"base": 2.0, "base result": 100.0}); err != nil || got != "35" {
		t.Errorf("got %s, %v: results of required decisions come before variables", got, err)
	}
	if got, err := evaluate(t, content, "uses-bare", nil); err != nil || got != "7" {
		t.Errorf("got %s, %v", got, err)
	}
	failing := document(literal("top", "1", requires("t")) + tableOf(``, `<output/>`, `- | - | 1`, `- | - | 2`))
	_, err := evaluate(t, failing, "top", nil)
	var failed *EvaluationError
	if !errors.As(err, &failed) || failed.Decision != "t" {
		t.Errorf("got error %v, which does not name the decision that failed", err)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		document []byte
		want     string
	}{
		{nil, `not well-formed XML`},
		{[]byte(`<definitions/>`), `expected a DMN model with the root definitions in a namespace of DMN, found definitions in ""`},
		{document(``), `the document has no decision: expected at least one`},
		{document(`<decision id="d"/>`), `decision "d" must have a literalExpression or a decisionTable`},
		{document(`<decision id="d"><invocation/></decision>`), `decision "d" has the logic invocation, which this engine does not carry out; it knows literalExpression and decisionTable`},
		{document(literal("d", " ", "")), `decision "d": its literalExpression must have a text, found none`},
		{document(literal("d", "1 +", "")), `decision "d": its literalExpression does not parse: FEEL expression "1 +", character 4: expected a value, found the end`},
		{document(literal("d", "1", "") + literal("d", "2", "")), `decision "d": there is another decision with this id`},
		{document(literal("d", "1", requires("gone"))), `decision "d": it requires "#gone", which is no decision of the document`},
		{document(literal("d", "1", requires("e")) + literal("e", "1", requires("d"))), `decision "d": it requires itself by way of "e"`},
		{document(literal("d", "1", `<knowledgeRequirement/>`)), `decision "d" has a knowledgeRequirement`},
		{document(`<decision id="d"><literalExpression expressionLanguage="groovy"><text>1</text></literalExpression></decision>`), `is written in "groovy"`},
		{document(tableOf(`hitPolicy="PRIORITY"`, `<output/>`)), `has the hit policy "PRIORITY", which this engine does not carry out; it knows UNIQUE, FIRST, ANY, COLLECT`},
		{document(tableOf(`hitPolicy="COLLECT" aggregation="SUM"`, `<output/>`)), `has the aggregation "SUM"`},
		{document(tableOf(``, ``)), `its table must have at least one output`},
		{document(tableOf(``, `<output name="x"/><output name="x"/>`)), `output 2 must have a name of its own, since there are several, found "x"`},
		{document(tableOf(``, `<output/>`, `- | - `)), `decision "t", rule 1: expected 2 input and 1 output entries, found 2 and 0`},
		{document(tableOf(``, `<output/>`, `- | [1.. | 1`)), `decision "t", rule 1: its input entry 2 does not parse`},
		{document(tableOf(``, `<output/>`, `- | - | nope(1)`)), `decision "t", rule 1: its output entry 1 does not parse: FEEL expression "nope(1)", character 1: the function "nope" is not known`},
	} {
		if _, err := Parse(c.document); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\ngot error %v\nwant %s", c.document, err, c.want)
		}
	}
}

// TestMutationsNeverPanic also evaluates what still parses.
func TestMutationsNeverPanic(t *testing.T) {
	paths, err := filepath.Glob("../../../../bpmn/multi-version/*.dmn")
	if err != nil || len(paths) == 0 {
		t.Fatalf("found no models, %v", err)
	}
	sources := []string{string(document(tableOf(`hitPolicy="ANY"`, `<output name="x"/><output name="y"/>`, `1 | < 5 | 1 | a`, `- | [1..5] | 2 | b`) + literal("d", "1", requires("t"))))}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(content))
	}
	random := rand.New(rand.NewPCG(1, 2))
	evaluated := 0
	for range 3000 {
		source := sources[random.IntN(len(sources))]
		at, length := random.IntN(len(source)), random.IntN(8)
		fragments := []string{"", "x", "(", "[", "\"", "<text/>", "<input/>", "<output/>", "<rule/>", "</rule>"}
		source = source[:at] + fragments[random.IntN(len(fragments))] + source[min(len(source), at+length):]
		requirements, err := Parse([]byte(source))
		if err != nil {
			continue
		}
		for _, d := range requirements.Decisions {
			_, _ = d.Evaluate(variables(map[string]any{"a": 1.0, "b": 2.0}))
			evaluated++
		}
	}
	if evaluated < 100 {
		t.Errorf("only %d mutated decisions were evaluated: they no longer reach the evaluation", evaluated)
	}
}
