package processing

import (
	"fmt"
	"strings"
	"testing"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

// caller is a process that calls q, with what is given inside its call activity.
func caller(attributes, mappings, more string) string {
	return start + end + `<b:callActivity id="call"><b:extensionElements><zeebe:calledElement processId="q" ` + attributes + `/>` +
		`<zeebe:ioMapping>` + mappings + `</zeebe:ioMapping></b:extensionElements>` + more + `</b:callActivity>` +
		flow("f1", "s", "call") + flow("f2", "call", "e")
}

// called is a process of one task.
func called() string {
	return start + end + task("work", "work", "") + flow("f1", "s", "work") + flow("f2", "work", "e")
}

func (c *cluster) incident(partition int) (incident state.Incident) {
	c.t.Helper()
	c.machines[partition].state.Incidents.All(func(_ int64, row state.Incident) bool { incident = row; return true })
	if incident.Key == 0 {
		c.t.Fatal("expected an incident")
	}
	return incident
}

func TestACallSeesAndHandsBackWhatTheModelSays(t *testing.T) {
	const keep = `propagateAllParentVariables="false" propagateAllChildVariables="false"`
	for name, test := range map[string]struct{ attributes, mappings, sees, result string }{
		"all":     {"", "", `{"a":1,"b":2}`, `{"a":1,"b":2,"done":3}`},
		"nothing": {keep, "", `{}`, `{"a":1,"b":2}`},
		"what is mapped": {keep, `<zeebe:input source="=a + 1" target="in"/><zeebe:output source="=done * 2" target="out"/>`,
			`{"in":2}`, `{"a":1,"b":2,"out":6}`},
	} {
		c := newCluster(t, 1)
		c.ok(c.tryProcess("q", called()))
		c.deployProcess(caller(test.attributes, test.mappings, ""))
		instance := c.create(1, "p", `{"a":1,"b":2}`)
		job := c.activate(1, "work")[0]
		if string(job.Variables) != test.sees || job.ProcessID != "q" || job.Instance == instance {
			t.Errorf("%s: expected an instance of its own to see %s, found %+v", name, test.sees, job)
		}
		c.complete(1, job.Key, `{"done":3}`)
		if got := c.result(1); got != test.result {
			t.Errorf("%s: expected %s, found %s", name, test.result, got)
		}
		c.empty()
	}
}

func TestCallsOneForEachItem(t *testing.T) {
	c := newCluster(t, 1)
	c.ok(c.tryProcess("q", called()))
	c.deployProcess(caller(`propagateAllParentVariables="false" propagateAllChildVariables="false"`,
		`<zeebe:input source="=item" target="item"/><zeebe:output source="=got" target="got"/>`,
		`<b:multiInstanceLoopCharacteristics><b:extensionElements>
		<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="all" outputElement="=got"/>
		</b:extensionElements></b:multiInstanceLoopCharacteristics>`))
	c.create(1, "p", `{"items":["x","y"]}`)
	jobs := c.activate(1, "work")
	if len(jobs) != 2 {
		t.Fatalf("expected two instances side by side, found %d jobs", len(jobs))
	}
	c.complete(1, jobs[1].Key, `{"got":"second"}`)
	c.complete(1, jobs[0].Key, `{"got":"first"}`)
	if got := c.result(1); got != `{"all":["first","second"],"items":["x","y"]}` {
		t.Errorf("expected the results in the order of the items, found %s", got)
	}
	c.empty()
}

func TestWhatEndsACallEndsWhatItCalled(t *testing.T) {
	events := `<b:boundaryEvent id="failed" attachedToRef="call"><b:errorEventDefinition errorRef="oops"/></b:boundaryEvent>
		<b:boundaryEvent id="late" attachedToRef="call"><b:timerEventDefinition><b:timeDuration>PT10S</b:timeDuration></b:timerEventDefinition></b:boundaryEvent>` +
		flow("f3", "failed", "e") + flow("f4", "late", "e")
	for name, ends := range map[string]func(c *cluster, instance, job int64){
		"an error": func(c *cluster, _, job int64) {
			c.ok(c.do(1, command.Command{ThrowError: &command.ThrowError{Key: job, Code: "oops"}}))
		},
		"a timer": func(c *cluster, _, _ int64) { c.elapse(10_000) },
		"a cancellation": func(c *cluster, instance, _ int64) {
			c.ok(c.do(1, command.Command{CancelInstance: &command.CancelInstance{Key: instance}}))
		},
	} {
		c := newCluster(t, 1)
		c.ok(c.tryProcess("q", called()))
		c.deployProcess(caller("", "", "") + events)
		instance := c.create(1, "p", "{}")
		job := c.activate(1, "work")[0]
		answer := c.do(1, command.Command{CancelInstance: &command.CancelInstance{Key: job.Instance}})
		c.refused(answer, command.InvalidState)
		if !strings.Contains(answer.Rejection.Reason, "Cancel the root process instance") {
			t.Errorf("expected to be told of the root, found %s", answer.Rejection.Reason)
		}
		ends(c, instance, job.Key)
		c.refused(c.do(1, command.Command{CompleteJob: &command.CompleteJob{Key: job.Key}}), command.NotFound)
		if t.Failed() {
			t.Fatal(name)
		}
		c.empty()
	}
}

func TestACallOfWhatIsNotDeployedWaitsForIt(t *testing.T) {
	c := newCluster(t, 1)
	c.deployProcess(caller("", "", ""))
	c.create(1, "p", "{}")
	incident := c.incident(1)
	if !strings.Contains(incident.Message, "expected process with BPMN process id 'q' to be deployed") {
		t.Errorf("expected to be told what is missing, found %s", incident.Message)
	}
	c.ok(c.tryProcess("q", called()))
	c.ok(c.do(1, command.Command{ResolveIncident: &command.ResolveIncident{Key: incident.Key}}))
	c.complete(1, c.activate(1, "work")[0].Key, "{}")
	c.empty()
}

func TestAProcessThatCallsItselfIsStopped(t *testing.T) {
	c := newCluster(t, 1)
	c.ok(c.tryProcess("q", caller("", "", "")))
	instance := c.create(1, "q", "{}")
	c.incident(1)
	c.ok(c.do(1, command.Command{CancelInstance: &command.CancelInstance{Key: instance}}))
	c.empty()
}

// manyCalls calls q so often that it takes more steps than a command may.
const manyCalls = `<b:multiInstanceLoopCharacteristics><b:extensionElements>
	<zeebe:loopCharacteristics inputCollection="=for i in 1..1500 return i" inputElement="item"/></b:extensionElements>%s</b:multiInstanceLoopCharacteristics>`

func TestACallThatHasBeenIsNotMadeAgain(t *testing.T) {
	c := newCluster(t, 1)
	c.ok(c.tryProcess("q", start+end+flow("f1", "s", "e")))
	c.deployProcess(caller("", "", fmt.Sprintf(manyCalls, "")))
	c.create(1, "p", "{}")
	var ended []int64
	c.machines[1].state.Incidents.All(func(key int64, row state.Incident) bool {
		if row.Ending {
			ended = append(ended, key)
		}
		return true
	})
	if len(ended) == 0 {
		t.Fatal("expected calls that were about to end")
	}
	c.ok(c.tryProcess("q", called()))
	for _, key := range ended {
		c.ok(c.do(1, command.Command{ResolveIncident: &command.ResolveIncident{Key: key}}))
	}
	if jobs := c.activate(1, "work"); len(jobs) > 0 {
		t.Errorf("expected no second instance of a call, found %d", len(jobs))
	}
}

func TestWhatHasEndedHasNoIncident(t *testing.T) {
	c := newCluster(t, 1)
	c.ok(c.tryProcess("q", start+end+flow("f1", "s", "e")))
	c.deployProcess(caller("", "", fmt.Sprintf(manyCalls, "<b:completionCondition>=true</b:completionCondition>")))
	c.create(1, "p", "{}")
	c.machines[1].state.Incidents.All(func(_ int64, row state.Incident) bool {
		if !c.machines[1].state.Elements.Has(row.Element) {
			t.Errorf("expected an element to incident %d", row.Key)
		}
		return !t.Failed()
	})
}

func TestScriptTask(t *testing.T) {
	c := newCluster(t, 1)
	script := func(expression string) string {
		return start + end + `<b:scriptTask id="x"><b:extensionElements><zeebe:script expression="` + expression + `" resultVariable="sum"/></b:extensionElements></b:scriptTask>` +
			flow("f1", "s", "x") + flow("f2", "x", "e")
	}
	c.deployProcess(script("=sum([1, 2, n])"))
	c.create(1, "p", `{"n":3}`)
	if got := c.result(1); got != `{"n":3,"sum":6}` {
		t.Errorf("expected the sum, found %s", got)
	}
	c.empty()
}
