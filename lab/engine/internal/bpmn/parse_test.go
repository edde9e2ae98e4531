package bpmn

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// document puts the inside of a process, and what stands beside it, into a document with prefixes of its own.
func document(inside string, beside ...string) []byte {
	return fmt.Appendf(nil, `<b:definitions xmlns:b=%q xmlns:z=%q><b:process id="p" name="P" isExecutable="true">%s</b:process>%s</b:definitions>`,
		bpmnNamespace, zeebeNamespace, inside, strings.Join(beside, ""))
}

// around puts an element between a start and an end event.
func around(element, id string) string {
	return `<b:startEvent id="start"/>` + element + `<b:endEvent id="end"/>` + flow("in", "start", id) + flow("out", id, "end")
}

func flow(id, source, target string) string {
	return fmt.Sprintf(`<b:sequenceFlow id=%q sourceRef=%q targetRef=%q/>`, id, source, target)
}

func extended(local, attributes, extensions, rest string) string {
	return fmt.Sprintf(`<b:%s id="x" %s><b:extensionElements>%s</b:extensionElements>%s</b:%s>`, local, attributes, extensions, rest, local)
}

func TestProjectModelsParse(t *testing.T) {
	const models = "../../../../bpmn"
	count := 0
	err := filepath.WalkDir(models, func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".bpmn" {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if processes, err := Parse(content); err != nil || len(processes) != 1 {
			t.Errorf("%s: got %d processes, %v", path, len(processes), err)
		}
		count++
		return nil
	})
	if err != nil || count < 5 {
		t.Fatalf("read %d models, %v: expected at least 5 in %s", count, err, models)
	}
}

func parseOne(t *testing.T, content []byte) *Process {
	t.Helper()
	processes, err := Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	return processes[0]
}

func TestParse(t *testing.T) {
	p := parseOne(t, document(
		`<b:extensionElements><z:versionTag value="v7"/></b:extensionElements>
		<b:startEvent id="start"/><b:endEvent id="end"/><b:endEvent id="failed"><b:errorEventDefinition errorRef="e"/></b:endEvent>
		<b:exclusiveGateway id="which" default="otherwise"/>
		<b:boundaryEvent id="late" attachedToRef="sub" cancelActivity="false"><b:timerEventDefinition><b:timeCycle>R3/PT10S</b:timeCycle></b:timerEventDefinition></b:boundaryEvent>
		<b:subProcess id="sub"><b:multiInstanceLoopCharacteristics isSequential="true"><b:extensionElements>
			<z:loopCharacteristics inputCollection="=xs" inputElement="x" outputCollection="ys" outputElement="=y"/></b:extensionElements>
			<b:completionCondition> =done </b:completionCondition></b:multiInstanceLoopCharacteristics>
			<b:startEvent id="begin"/><b:serviceTask id="work"><b:extensionElements><z:taskDefinition type="=kind" retries="5"/>
				<z:taskHeaders><z:header key="k" value="v"/></z:taskHeaders>
				<z:ioMapping><z:input source="=a" target="b"/><z:input source="c" target="d.e"/><z:output source="=r" target="s"/></z:ioMapping>
			</b:extensionElements></b:serviceTask>
			<b:boundaryEvent id="any" attachedToRef="work"><b:errorEventDefinition/></b:boundaryEvent><b:endEvent id="over"/>`+
			flow("s1", "begin", "work")+flow("s2", "any", "over")+`</b:subProcess>`+
			flow("f1", "start", "which")+flow("otherwise", "which", "sub")+
			`<b:sequenceFlow id="bad" sourceRef="which" targetRef="failed"><b:conditionExpression>=a &gt; 1</b:conditionExpression></b:sequenceFlow>`+
			flow("f2", "sub", "end")+flow("f3", "late", "end"),
		`<b:error id="e" errorCode="E-1"/>`))

	if p.ID != "p" || p.Name != "P" || p.Version != "v7" || p.Root.Start.ID != "start" || len(p.Elements) != 10 {
		t.Errorf("got the process %+v", p)
	}
	if got := ids(p.Root.Elements); got != "start end failed which late sub" {
		t.Errorf("the elements are %s, not those directly in the process in the order of the document", got)
	}
	which, sub, work, late := p.Elements["which"], p.Elements["sub"], p.Elements["work"], p.Elements["late"]
	if which.Default.ID != "otherwise" || which.Outgoing[1].Condition.Source() != "=a > 1" || which.Incoming[0].Source != p.Root.Start {
		t.Errorf("got the gateway %+v", which)
	}
	if sub.Start.ID != "begin" || work.Parent != sub || sub.Parent != nil || sub.Boundary[0] != late || late.AttachedTo != sub || late.Interrupting {
		t.Errorf("got the sub-process %+v", sub)
	}
	loop := sub.Loop
	if !loop.Sequential || loop.InputElement != "x" || loop.OutputCollection != "ys" || loop.OutputElement.Source() != "=y" ||
		loop.InputCollection.Source() != "=xs" || loop.CompletionCondition.Source() != "=done" {
		t.Errorf("got the loop %+v", loop)
	}
	if work.JobType.Source() != "=kind" || work.Headers["k"] != "v" || len(work.Inputs) != 2 || work.Inputs[1].Target != "d.e" ||
		!work.Inputs[1].Source.IsStatic() || work.Outputs[0].Target != "s" {
		t.Errorf("got the task %+v", work)
	}
	if any := p.Elements["any"]; any.ErrorCode != "" || !any.Interrupting || p.Elements["failed"].ErrorCode != "E-1" {
		t.Errorf("got the error events %+v and %+v", any, p.Elements["failed"])
	}
}

func ids(elements []*Element) string {
	var ids []string
	for _, e := range elements {
		ids = append(ids, e.ID)
	}
	return strings.Join(ids, " ")
}

func TestKinds(t *testing.T) {
	const job, message = `<z:taskDefinition type="t"/>`, `<b:message id="m" name="n"><b:extensionElements><z:subscription correlationKey="=k"/></b:extensionElements></b:message>`
	for _, c := range []struct {
		element string
		want    Kind
	}{
		{extended("serviceTask", "", job, ""), ServiceTask},
		{extended("sendTask", "", job, ""), ServiceTask},
		{extended("scriptTask", "", job, ""), ServiceTask},
		{extended("businessRuleTask", "", job, ""), ServiceTask},
		{extended("businessRuleTask", "", `<z:calledDecision decisionId="d" resultVariable="r"/>`, ""), BusinessRuleTask},
		{extended("scriptTask", "", `<z:script expression="=1" resultVariable="r"/>`, ""), ScriptTask},
		{extended("callActivity", "", `<z:calledElement processId="q"/>`, ""), CallActivity},
		{`<b:task id="x"/>`, ManualTask},
		{`<b:manualTask id="x"/>`, ManualTask},
		{`<b:receiveTask id="x" messageRef="m"/>`, MessageCatch},
		{`<b:intermediateCatchEvent id="x"><b:messageEventDefinition messageRef="m"/></b:intermediateCatchEvent>`, MessageCatch},
		{`<b:intermediateCatchEvent id="x"><b:timerEventDefinition><b:timeDuration>PT1S</b:timeDuration></b:timerEventDefinition></b:intermediateCatchEvent>`, TimerCatch},
		{`<b:exclusiveGateway id="x"/>`, ExclusiveGateway},
		{`<b:parallelGateway id="x"/>`, ParallelGateway},
	} {
		x := parseOne(t, document(around(c.element, "x"), message)).Elements["x"]
		if x.Kind != c.want {
			t.Errorf("%s: got %v, want %v", c.element, x.Kind, c.want)
		}
		if c.want == MessageCatch && (x.MessageName.Source() != "n" || x.CorrelationKey.Source() != "=k") {
			t.Errorf("%s: got the message %v", c.element, x)
		}
	}
}

func TestRetriesAreANumber(t *testing.T) {
	for retries, want := range map[string]any{"": 3.0, "retries='7'": 7.0, "retries='=2 * 2'": 4.0} {
		x := parseOne(t, document(around(extended("serviceTask", "", `<z:taskDefinition type="t" `+retries+`/>`, ""), "x"))).Elements["x"]
		if got, err := x.Retries.Evaluate(context); err != nil || got != want {
			t.Errorf("%s: got %v, %v", retries, got, err)
		}
	}
}

func TestEventSubProcess(t *testing.T) {
	inside := `<b:startEvent id="start"/><b:subProcess id="status" triggeredByEvent="true">
		<b:startEvent id="asked" isInterrupting="false"><b:signalEventDefinition signalRef="s"/></b:startEvent></b:subProcess>`
	p := parseOne(t, document(inside, `<b:signal id="s" name="=who"/>`))
	status := p.Elements["status"]
	if status.Kind != EventSubProcess || !slices.Contains(p.Root.EventSubProcesses, status) || status.Start.Kind != SignalStart ||
		status.Start.Interrupting || status.Start.SignalName.Source() != "=who" {
		t.Errorf("got %+v with the start %+v", status, status.Start)
	}
}
