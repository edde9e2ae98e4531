package bpmn

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func boundary(definition, attributes string) string {
	return `<b:startEvent id="start"/><b:task id="work"/><b:endEvent id="end"/>` + flow("a", "start", "work") +
		`<b:boundaryEvent id="x" attachedToRef="work" ` + attributes + `>` + definition + `</b:boundaryEvent>` + flow("b", "x", "end")
}

func timer(local, text string) string {
	return `<b:timerEventDefinition><b:` + local + `>` + text + `</b:` + local + `></b:timerEventDefinition>`
}

func catch(definition string) string {
	return around(`<b:intermediateCatchEvent id="x">`+definition+`</b:intermediateCatchEvent>`, "x")
}

func TestParseRefusesElements(t *testing.T) {
	const knows = `which this engine does not carry out; it knows startEvent, endEvent, error endEvent, serviceTask, sendTask, `
	job := `<z:taskDefinition type="t"/>`
	for _, c := range []struct{ inside, want string }{
		{around(`<b:userTask id="task-3"/>`, "task-3"), `element "task-3" is a userTask, ` + knows},
		{around(`<b:inclusiveGateway id="x"/>`, "x"), `element "x" is an inclusiveGateway, ` + knows},
		{around(`<b:eventBasedGateway id="x"/>`, "x"), `element "x" is an eventBasedGateway, ` + knows},
		{catch(`<b:signalEventDefinition/>`), `element "x" is a signal intermediateCatchEvent, ` + knows},
		{catch(`<b:messageEventDefinition/><b:timerEventDefinition/>`), `element "x" is a message and timer intermediateCatchEvent, `},
		{catch(``), `element "x" is an intermediateCatchEvent, `},
		{around(`<b:transaction id="x"/>`, "x"), `element "x" is a transaction, `},
		{`<b:startEvent id="x"><b:messageEventDefinition messageRef="m"/></b:startEvent>`, `element "x" is a message startEvent, `},
		{boundary(`<b:escalationEventDefinition/>`, ""), `element "x" is an escalation boundaryEvent, `},

		{around(`<b:serviceTask id="x"/>`, "x"), `element "x": must have exactly one zeebe:taskDefinition extension element, found 0`},
		{around(extended("serviceTask", "", `<z:taskDefinition/>`, ""), "x"), `element "x": must have a job type, found none`},
		{around(extended("serviceTask", "", `<z:taskDefinition type="=1 +"/>`, ""), "x"), `element "x": its job type does not parse: FEEL expression "1 +", character 4: expected a value, found the end`},
		{around(extended("serviceTask", "", `<z:taskDefinition type="t" retries="many"/>`, ""), "x"), `element "x": its retries must be a whole number or an expression, found "many"`},
		{around(extended("serviceTask", "", job+`<z:executionListeners/>`, ""), "x"), `element "x" has the extension zeebe:executionListeners, which this engine does not carry out`},
		{around(extended("businessRuleTask", "", job+`<z:calledDecision decisionId="d" resultVariable="r"/>`, ""), "x"), `found both`},
		{around(`<b:businessRuleTask id="x"/>`, "x"), `element "x": must have exactly one zeebe:calledDecision or zeebe:taskDefinition extension element, found 0`},
		{around(extended("businessRuleTask", "", `<z:calledDecision decisionId="d"/>`, ""), "x"), `element "x": must have a resultVariable at its zeebe:calledDecision`},
		{around(extended("businessRuleTask", "", `<z:calledDecision decisionId="d" resultVariable="r" bindingType="deployment"/>`, ""), "x"), `bindingType "deployment"`},
		{around(extended("serviceTask", "", job+`<z:ioMapping><z:output source="=a" target="b c"/></z:ioMapping>`, ""), "x"), `its output target must be the name of a variable or a path such as a.b, found "b c"`},
		{around(extended("serviceTask", "", job+`<z:ioMapping><z:input target="b"/></z:ioMapping>`, ""), "x"), `element "x": must have an input source, found none`},
		{around(extended("serviceTask", `isForCompensation="true"`, job, ""), "x"), `is for compensation`},

		{around(extended("serviceTask", "", job, `<b:standardLoopCharacteristics/>`), "x"), `has standardLoopCharacteristics`},
		{around(extended("serviceTask", "", job, `<b:multiInstanceLoopCharacteristics/>`), "x"), `must be at an activity and have exactly one zeebe:loopCharacteristics`},
		{around(extended("serviceTask", "", job, loop(`inputCollection="xs"`)), "x"), `element "x": its inputCollection must be an expression with a leading "=", found "xs"`},
		{around(extended("serviceTask", "", job, loop(``)), "x"), `element "x": must have an inputCollection, found none`},
		{around(extended("serviceTask", "", job, loop(`inputCollection="=xs" outputElement="=a"`)), "x"), `must have both an outputCollection and an outputElement, or none of them`},

		{catch(timer("timeDuration", "soon")), `element "x": its timeDuration is not valid: expected an ISO 8601 duration`},
		{catch(timer("timeDate", "soon")), `element "x": its timeDate is not valid: expected an ISO 8601 time stamp`},
		{catch(timer("timeCycle", "R/PT1S")), `an intermediate timer must have a timeDuration or a timeDate, found a timeCycle`},
		{catch(timer("timeDuration", "")), `element "x": must have a timeDuration, found none`},
		{catch(`<b:timerEventDefinition/>`), `element "x": its timer must have exactly one of timeDuration, timeCycle and timeDate, found 0`},
		{boundary(timer("timeCycle", "R/PT1S"), ""), `an interrupting timer must have a timeDuration or a timeDate, found a timeCycle`},
		{boundary(timer("timeCycle", "R/P1M"), `cancelActivity="false"`), `element "x": its timeCycle is not valid`},

		{catch(`<b:messageEventDefinition/>`), `element "x": must reference a message`},
		{catch(`<b:messageEventDefinition messageRef="gone"/>`), `element "x": references the message "gone", which is not in the document`},
		{catch(`<b:messageEventDefinition messageRef="bare"/>`), `message "bare", which element "x" waits for: must have exactly one zeebe:subscription with a correlationKey`},
		{catch(`<b:messageEventDefinition messageRef="keyless"/>`), `message "keyless", which element "x" waits for: must have a correlationKey, found none`},
		{catch(`<b:messageEventDefinition messageRef="static"/>`), `its correlationKey must be an expression with a leading "=", found "k"`},
		{catch(`<b:messageEventDefinition messageRef="nameless"/>`), `must have a name, found none`},
		{boundary(`<b:errorEventDefinition errorRef="codeless"/>`, ""), `element "x": its error "codeless" must have an errorCode`},
		{boundary(`<b:errorEventDefinition errorRef="computed"/>`, ""), `its error code is the expression "=code"`},
		{boundary(`<b:errorEventDefinition/>`, `cancelActivity="false"`), `an error boundaryEvent must be interrupting`},
		{`<b:startEvent id="start"/><b:endEvent id="x"><b:errorEventDefinition/></b:endEvent>`, `element "x": must reference an error`},
	} {
		expectRefusal(t, document(c.inside,
			`<b:message id="bare" name="n"/>`,
			`<b:message id="keyless" name="n"><b:extensionElements><z:subscription/></b:extensionElements></b:message>`,
			`<b:message id="static" name="n"><b:extensionElements><z:subscription correlationKey="k"/></b:extensionElements></b:message>`,
			`<b:message id="nameless"><b:extensionElements><z:subscription correlationKey="=k"/></b:extensionElements></b:message>`,
			`<b:error id="codeless"/><b:error id="computed" errorCode="=code"/>`), c.want)
	}
}

func loop(attributes string) string {
	return `<b:multiInstanceLoopCharacteristics><b:extensionElements><z:loopCharacteristics ` + attributes +
		`/></b:extensionElements></b:multiInstanceLoopCharacteristics>`
}

func TestParseRefusesFlows(t *testing.T) {
	gateway := func(attributes, condition string) string {
		return `<b:startEvent id="start"/><b:exclusiveGateway id="x" ` + attributes + `/><b:endEvent id="end"/>` + flow("in", "start", "x") +
			flow("a", "x", "end") + `<b:sequenceFlow id="b" sourceRef="x" targetRef="end">` + condition + `</b:sequenceFlow>`
	}
	const condition = `<b:conditionExpression>=c</b:conditionExpression>`
	for _, c := range []struct{ inside, want string }{
		{`<b:endEvent id="end"/>`, `process "p": must have at least one start event`},
		{`<b:startEvent id="a"/><b:startEvent id="b"/>`, `process "p": must have at most one start event without a trigger`},
		{around(`<b:subProcess id="x"/>`, "x"), `element "x": must have exactly one start event, without a trigger`},
		{`<b:startEvent id="a"/><b:endEvent id="a"/>`, `element "a": there is another element with this id`},
		{`<b:startEvent/>`, `a startEvent has no id`},
		{`<b:startEvent id="start"/>` + flow("f", "start", "gone"), `sequence flow "f": its targetRef "gone" is no element of the same scope`},
		{`<b:startEvent id="start"/>` + flow("f", "gone", "start"), `sequence flow "f": its sourceRef "gone" is no element of the same scope`},
		{around(`<b:subProcess id="x"><b:startEvent id="in-x"/></b:subProcess>`, "x") + flow("f", "start", "in-x"), `its targetRef "in-x" is no element of the same scope`},
		{`<b:startEvent id="a"/><b:task id="x"/>` + flow("f", "x", "a"), `element "a": a start event must not have incoming flows`},
		{`<b:startEvent id="a"/><b:endEvent id="x"/><b:task id="y"/>` + flow("f", "x", "y"), `element "x": an end event must not have outgoing flows`},
		{around(`<b:task id="x"/>`, "x") + flow("in", "x", "end"), `sequence flow "in": there is another one with this id`},
		{gateway("", condition), `element "x": its flow "a" must have a condition or be its default flow`},
		{gateway(`default="b"`, condition), `element "x": its default flow "b" must not have a condition`},
		{gateway(`default="in"`, condition), `element "x": its default flow "in" is not one of its outgoing flows`},
		{gateway(`default="a"`, `<b:conditionExpression>c</b:conditionExpression>`), `sequence flow "b": its condition must be an expression with a leading "=", found "c"`},
		{gateway(`default="a"`, `<b:conditionExpression>=c ==</b:conditionExpression>`), `sequence flow "b": its condition does not parse`},
		{`<b:startEvent id="a"/><b:task id="x"/><b:sequenceFlow id="f" sourceRef="a" targetRef="x">` + condition + `</b:sequenceFlow>`, `only after an exclusiveGateway`},
		{`<b:startEvent id="a"/><b:task id="x" default="f"/>`, `element "x": has a default flow`},
		{`<b:startEvent id="a"/><b:boundaryEvent id="x" attachedToRef="a"><b:errorEventDefinition/></b:boundaryEvent>`, `element "x": must be attached to an activity of its own scope, found "a"`},
		{`<b:startEvent id="a"/><b:task id="y"/><b:boundaryEvent id="x" attachedToRef="y"><b:errorEventDefinition/></b:boundaryEvent>`, `element "x": a boundary event must have at least one outgoing flow`},
	} {
		expectRefusal(t, document(c.inside), c.want)
	}
}

func TestParseRefusesDocuments(t *testing.T) {
	definitions := func(inside string) []byte {
		return []byte(`<definitions xmlns="` + bpmnNamespace + `">` + inside + `</definitions>`)
	}
	for _, c := range []struct {
		document []byte
		want     string
	}{
		{nil, `the document is empty`},
		{[]byte(`<definitions`), `not well-formed XML`},
		{[]byte(`<definitions/>`), `expected a BPMN model with the root definitions in the namespace ` + bpmnNamespace + `, found definitions in ""`},
		{[]byte(strings.Repeat(`<a>`, 300)), `nested more than 200 deep`},
		{definitions(``), `the document has no process: expected at least one that is executable`},
		{definitions(`<process id="p"/><process id="q" isExecutable="false"/>`), `no process is executable: expected isExecutable="true" at one of "p", "q"`},
		{definitions(strings.Repeat(`<process id="p" isExecutable="true"><startEvent id="a"/></process>`, 2)), `process "p": there is another process with this id`},
	} {
		expectRefusal(t, c.document, c.want)
	}
}

func TestParseRefusesTriggeredStarts(t *testing.T) {
	start := func(definition string) string { return `<b:startEvent id="x">` + definition + `</b:startEvent>` }
	signal := `<b:signalEventDefinition signalRef="s"/>`
	event := func(inside string) string {
		return `<b:startEvent id="start"/><b:subProcess id="sub" triggeredByEvent="true">` + inside + `</b:subProcess>`
	}
	for _, c := range []struct{ inside, want string }{
		{start(signal), `element "x": a signal startEvent is carried out only in an event sub-process`},
		{start(timer("timeDuration", "PT1S")), `the timer that starts a process must have a timeCycle or a timeDate, found a timeDuration`},
		{start(timer("timeCycle", "0 0 25 * * *")), `the hour must be from 0 to 23, found "25"`},
		{event(`<b:startEvent id="x"/>`), `element "sub": must have exactly one start event, with a trigger`},
		{event(start(timer("timeCycle", "R/PT1S"))), `an interrupting timer must have a timeDuration or a timeDate, found a timeCycle`},
		{event(start(signal)) + flow("f", "start", "sub"), `element "sub": an event sub-process must not have flows`},
		{event(start(signal)) + `<b:subProcess id="sub2" triggeredByEvent="true"><b:startEvent id="y">` + signal + `</b:startEvent></b:subProcess>`,
			`element "sub2": multiple signal event definitions with the same name 'n' are not allowed`},
		{around(`<b:subProcess id="sub">`+start(signal)+`</b:subProcess>`, "sub"), `element "sub": must have exactly one start event, without a trigger`},
	} {
		expectRefusal(t, document(c.inside, `<b:signal id="s" name="n"/>`), c.want)
	}
}

func TestParseNamesEveryProblem(t *testing.T) {
	_, err := Parse(document(`<b:startEvent id="start"/><b:userTask id="a"/><b:serviceTask id="b"/>`))
	if err == nil || strings.Count(err.Error(), "\n") != 1 || !strings.Contains(err.Error(), `"a"`) || !strings.Contains(err.Error(), `"b"`) {
		t.Errorf("got error %v", err)
	}
}

func expectRefusal(t *testing.T, content []byte, want string) {
	t.Helper()
	if _, err := Parse(content); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%.300s:\ngot error %v\nwant %s", content, err, want)
	}
}

func TestMutationsNeverPanic(t *testing.T) {
	paths, err := filepath.Glob("../../../../bpmn/*.bpmn")
	if err != nil || len(paths) == 0 {
		t.Fatalf("found no models, %v", err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	parsed, refused := 0, 0
	for range 3000 {
		content, err := os.ReadFile(paths[random.IntN(len(paths))])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(mutate(random, content)); err == nil {
			parsed++
		} else if !strings.Contains(err.Error(), "not well-formed") {
			refused++
		}
	}
	if parsed < 100 || refused < 100 {
		t.Errorf("%d mutations parsed and %d were refused as models: they no longer reach the reader", parsed, refused)
	}
}

var attributeValue = regexp.MustCompile(`"[^"]*"`)

// mutate swaps the values of attributes in a model for others of it, drops lines, or swaps them.
func mutate(random *rand.Rand, content []byte) []byte {
	lines := strings.Split(string(content), "\n")
	values := attributeValue.FindAllString(string(content), -1)
	for range 1 + random.IntN(3) {
		at := random.IntN(len(lines))
		switch random.IntN(6) {
		case 0:
			lines[at] = ""
		case 1:
			other := random.IntN(len(lines))
			lines[at], lines[other] = lines[other], lines[at]
		default:
			found := attributeValue.FindAllStringIndex(lines[at], -1)
			if len(found) > 0 {
				span := found[random.IntN(len(found))]
				lines[at] = lines[at][:span[0]] + values[random.IntN(len(values))] + lines[at][span[1]:]
			}
		}
	}
	return []byte(strings.Join(lines, "\n"))
}
