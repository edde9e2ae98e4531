package processing

import (
	"testing"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

func task(id, jobType, more string) string {
	return `<b:serviceTask id="` + id + `"><b:extensionElements><zeebe:taskDefinition type="` + jobType + `"/>` + more + `</b:extensionElements></b:serviceTask>`
}

func flow(id, from, to string) string {
	return `<b:sequenceFlow id="` + id + `" sourceRef="` + from + `" targetRef="` + to + `"/>`
}

func conditional(id, from, to, condition string) string {
	return `<b:sequenceFlow id="` + id + `" sourceRef="` + from + `" targetRef="` + to + `"><b:conditionExpression xsi:type="b:tFormalExpression">` + condition + `</b:conditionExpression></b:sequenceFlow>`
}

const start, end = `<b:startEvent id="s"/>`, `<b:endEvent id="e"/>`

func TestExclusiveGatewayTakesTheFirstThatIsTrueOrTheDefault(t *testing.T) {
	c := newCluster(t, 1)
	c.deployProcess(start + end + `<b:exclusiveGateway id="g" default="f3"/>` + task("big", "big", "") + task("other", "other", "") +
		flow("f1", "s", "g") + conditional("f2", "g", "big", "=n &gt; 10") + flow("f3", "g", "other") + flow("f4", "big", "e") + flow("f5", "other", "e"))
	for variables, want := range map[string]string{`{"n":11}`: "big", `{"n":10}`: "other"} {
		c.create(1, "p", variables)
		jobs := c.activate(1, want)
		if len(jobs) != 1 {
			t.Fatalf("%s: expected a job %s", variables, want)
		}
		c.complete(1, jobs[0].Key, "{}")
	}
	c.empty()
}

func TestParallelGatewayWaitsForEveryFlow(t *testing.T) {
	c := newCluster(t, 1)
	c.deployProcess(start + end + `<b:parallelGateway id="fork"/><b:parallelGateway id="join"/>` + task("a", "a", "") + task("b", "b", "") +
		flow("f1", "s", "fork") + flow("f2", "fork", "a") + flow("f3", "fork", "b") + flow("f4", "a", "join") + flow("f5", "b", "join") + flow("f6", "join", "e"))
	c.create(1, "p", "{}")
	c.complete(1, c.activate(1, "a")[0].Key, `{"a":1}`)
	if len(c.effects[1].Completed) > 0 {
		t.Fatal("expected the gateway to wait for the other flow")
	}
	c.complete(1, c.activate(1, "b")[0].Key, `{"b":2}`)
	if got := c.result(1); got != `{"a":1,"b":2}` {
		t.Errorf("expected both results, found %s", got)
	}
	c.empty()
}

func TestMultiInstance(t *testing.T) {
	for _, sequential := range []string{"true", "false"} {
		c := newCluster(t, 1)
		c.deployProcess(start + end + `<b:serviceTask id="each"><b:extensionElements><zeebe:taskDefinition type="each"/></b:extensionElements>
			<b:multiInstanceLoopCharacteristics isSequential="` + sequential + `"><b:extensionElements>
			<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="results" outputElement="=item + 1"/>
			</b:extensionElements></b:multiInstanceLoopCharacteristics></b:serviceTask>` + flow("f1", "s", "each") + flow("f2", "each", "e"))
		c.create(1, "p", `{"items":[1,2,3]}`)
		for done := 0; done < 3; {
			jobs := c.activate(1, "each")
			if want := map[string]int{"true": 1, "false": 3}[sequential]; len(jobs) != want {
				t.Fatalf("sequential %s: expected %d jobs at once, found %d", sequential, want, len(jobs))
			}
			for i := len(jobs) - 1; i >= 0; i-- { // the last first: results stay in the order of the items
				c.complete(1, jobs[i].Key, "{}")
				done++
			}
		}
		if got := c.result(1); got != `{"items":[1,2,3],"results":[2,3,4]}` {
			t.Errorf("sequential %s: expected the results in order, found %s", sequential, got)
		}
		c.create(1, "p", `{"items":[]}`)
		if got := c.result(1); got != `{"items":[],"results":[]}` {
			t.Errorf("sequential %s: expected an empty list to be passed, found %s", sequential, got)
		}
		c.empty()
	}
}

func TestBoundaryEvents(t *testing.T) {
	process := start + end + `<b:subProcess id="sub"><b:startEvent id="s2"/><b:endEvent id="e2"/>` + task("work", "work", "") +
		flow("f3", "s2", "work") + flow("f4", "work", "e2") + `</b:subProcess>
		<b:boundaryEvent id="failed" attachedToRef="sub"><b:errorEventDefinition errorRef="oops"/></b:boundaryEvent>
		<b:boundaryEvent id="late" attachedToRef="sub"><b:timerEventDefinition><b:timeDuration>PT10S</b:timeDuration></b:timerEventDefinition></b:boundaryEvent>
		<b:boundaryEvent id="soon" attachedToRef="sub" cancelActivity="false"><b:timerEventDefinition><b:timeDuration>=wait</b:timeDuration></b:timerEventDefinition></b:boundaryEvent>` +
		task("repair", "repair", "") + task("remind", "remind", "") + flow("f1", "s", "sub") + flow("f2", "sub", "e") +
		flow("f5", "failed", "repair") + flow("f6", "late", "repair") + flow("f7", "soon", "remind") + flow("f8", "repair", "e") + flow("f9", "remind", "e")
	throw := func(c *cluster, job int64, code string) {
		c.ok(c.do(1, command.Command{ThrowError: &command.ThrowError{Key: job, Code: code}}))
	}
	for name, ends := range map[string]func(*cluster, int64){
		"an error that is caught": func(c *cluster, job int64) { throw(c, job, "oops") },
		"a timer that interrupts": func(c *cluster, _ int64) { c.elapse(5_000) },
	} {
		c := newCluster(t, 1)
		c.deployProcess(process)
		c.create(1, "p", `{"wait":"PT5S"}`)
		c.elapse(5_000)
		jobs := c.activate(1, "work")
		if len(jobs) != 1 {
			t.Fatalf("%s: expected the activity to go on beside a timer that does not interrupt", name)
		}
		ends(c, jobs[0].Key)
		if len(c.activate(1, "work")) > 0 {
			t.Errorf("%s: expected the activity to have ended", name)
		}
		for _, next := range []string{"repair", "remind"} {
			jobs := c.activate(1, next)
			if len(jobs) != 1 {
				t.Fatalf("%s: expected a job %s", name, next)
			}
			c.complete(1, jobs[0].Key, "{}")
		}
		c.empty()
	}
	c := newCluster(t, 1)
	c.deployProcess(process)
	c.create(1, "p", `{"wait":"PT5S"}`)
	throw(c, c.activate(1, "work")[0].Key, "another")
	if c.machines[1].state.Incidents.Len() != 1 {
		t.Error("expected an error that nothing catches to be an incident")
	}
}

func TestTimerCatchEvent(t *testing.T) {
	c := newCluster(t, 1)
	c.deployProcess(start + end + `<b:intermediateCatchEvent id="t"><b:timerEventDefinition><b:timeDuration>=duration("PT" + string(n) + "S")</b:timeDuration></b:timerEventDefinition></b:intermediateCatchEvent>` +
		flow("f1", "s", "t") + flow("f2", "t", "e"))
	c.create(1, "p", `{"n":3}`)
	if due, found := c.machines[1].NextDue(); !found || due != c.now+3_000 {
		t.Errorf("expected something to be due in 3 s, found %v, %v", due-c.now, found)
	}
	c.elapse(2_999)
	if c.machines[1].state.Elements.Len() == 0 {
		t.Error("expected the timer not to fire early")
	}
	c.elapse(1)
	c.empty()
}

func TestABoundaryTimerThatIsDueSeveralTimes(t *testing.T) {
	c := newCluster(t, 1)
	c.deployProcess(start + end + task("work", "work", "") +
		`<b:boundaryEvent id="soon" attachedToRef="work" cancelActivity="false"><b:timerEventDefinition><b:timeCycle>R3/PT10S</b:timeCycle></b:timerEventDefinition></b:boundaryEvent>` +
		task("remind", "remind", "") + flow("f1", "s", "work") + flow("f2", "work", "e") + flow("f3", "soon", "remind") + flow("f4", "remind", "e"))
	c.create(1, "p", "{}")
	for range 4 {
		c.elapse(10_000)
	}
	jobs := append(c.activate(1, "remind"), c.activate(1, "work")...)
	if len(jobs) != 4 {
		t.Errorf("expected three reminders beside the work, found %d jobs", len(jobs))
	}
	for _, job := range jobs {
		c.complete(1, job.Key, "{}")
	}
	c.empty()
}

func TestAnIncidentIsTriedAgain(t *testing.T) {
	c := newCluster(t, 1)
	c.deploy("client-load.bpmn")
	instance := c.create(1, "zeebe-chaos-client-load", `{}`) // no job type
	var incident state.Incident
	c.machines[1].state.Incidents.All(func(_ int64, row state.Incident) bool { incident = row; return true })
	if incident.Element == 0 {
		t.Fatal("expected an incident")
	}
	c.ok(c.do(1, command.Command{SetVariables: &command.SetVariables{ElementInstance: instance, Variables: []byte(`{"jobType":"now"}`)}}))
	c.ok(c.do(1, command.Command{ResolveIncident: &command.ResolveIncident{Key: incident.Key}}))
	c.complete(1, c.activate(1, "now")[0].Key, "{}")
	c.empty()
}

func TestAProcessThatNeverWaitsIsStopped(t *testing.T) {
	c := newCluster(t, 1)
	c.deployProcess(start + `<b:exclusiveGateway id="g"/><b:exclusiveGateway id="h"/>` + flow("f1", "s", "g") + flow("f2", "g", "h") + flow("f3", "h", "g"))
	instance := c.create(1, "p", "{}")
	if c.machines[1].state.Incidents.Len() != 1 {
		t.Errorf("expected one incident, found %d", c.machines[1].state.Incidents.Len())
	}
	c.ok(c.do(1, command.Command{CancelInstance: &command.CancelInstance{Key: instance}}))
	c.empty()
}

func TestMappings(t *testing.T) {
	c := newCluster(t, 1)
	c.deployProcess(start + end + task("work", "work", `<zeebe:ioMapping><zeebe:input source="=a + 1" target="in"/><zeebe:output source="=out * 2" target="b.c"/></zeebe:ioMapping>`) +
		flow("f1", "s", "work") + flow("f2", "work", "e"))
	c.create(1, "p", `{"a":1}`)
	job := c.activate(1, "work")[0]
	if string(job.Variables) != `{"a":1,"in":2}` {
		t.Errorf("expected the input to be mapped, found %s", job.Variables)
	}
	c.complete(1, job.Key, `{"out":21}`)
	if got := c.result(1); got != `{"a":1,"b":{"c":42}}` {
		t.Errorf("expected only the output to leave the task, found %s", got)
	}
}
