package processing

import (
	"strings"
	"testing"

	"zeebe-chaos/lab/engine/internal/command"
)

const onSignal = `<b:signalEventDefinition signalRef="called"/>`

// eventSubProcess has one task, asked, that its start event leads to.
func eventSubProcess(startAttributes, definition string) string {
	return `<b:subProcess id="event" triggeredByEvent="true"><b:startEvent id="es" ` + startAttributes + `>` + definition + `</b:startEvent>` +
		`<b:endEvent id="ee"/>` + task("asked", "asked", "") + flow("e1", "es", "asked") + flow("e2", "asked", "ee") + `</b:subProcess>`
}

// inner is the inside of a process as the inside of a sub-process of another one.
func inner(process string) string {
	return strings.NewReplacer(`"s"`, `"s2"`, `"e"`, `"e9"`, `"f1"`, `"f3"`, `"f2"`, `"f4"`).Replace(process)
}

func (c *cluster) broadcast(name, variables string) {
	c.t.Helper()
	c.ok(c.do(1, command.Command{BroadcastSignal: &command.BroadcastSignal{Name: name, Variables: []byte(variables)}}))
}

func TestASignalStartsWhatWaitsForItOnEveryPartition(t *testing.T) {
	c := newCluster(t, 3)
	c.deployProcess(called() + eventSubProcess(`isInterrupting="false"`, onSignal))
	c.broadcast("called", "{}") // nobody waits
	for p := 1; p <= 3; p++ {
		c.create(p, "p", "{}")
	}
	c.broadcast("another", "{}")
	c.broadcast("called", `{"who":1}`)
	c.broadcast("called", `{"who":2}`)
	for p := 1; p <= 3; p++ {
		jobs := c.activate(p, "asked")
		if len(jobs) != 2 || !strings.Contains(string(jobs[0].Variables), `"who":`) {
			t.Fatalf("partition %d: expected one for each signal, with its variables, found %+v", p, jobs)
		}
		c.complete(p, c.activate(p, "work")[0].Key, "{}")
		if len(c.effects[p].Completed) > 0 {
			t.Errorf("partition %d: expected the instance to wait for what the signals have started", p)
		}
		for _, job := range jobs {
			c.complete(p, job.Key, "{}")
		}
	}
	c.empty()
}

func TestWhatInterruptsEndsAllElseInItsScope(t *testing.T) {
	gateways := start + end + `<b:parallelGateway id="fork"/><b:parallelGateway id="join"/>` + task("a", "a", "") + task("work", "work", "") +
		flow("f1", "s", "fork") + flow("f2", "fork", "a") + flow("f3", "fork", "work") + flow("f4", "a", "join") + flow("f5", "work", "join") + flow("f6", "join", "e")
	for name, definition := range map[string]string{
		"signal": onSignal,
		"timer":  `<b:timerEventDefinition><b:timeDuration>=after</b:timeDuration></b:timerEventDefinition>`,
	} {
		c := newCluster(t, 1)
		c.deployProcess(gateways + eventSubProcess("", definition))
		c.create(1, "p", `{"after":"PT5S"}`)
		c.complete(1, c.activate(1, "a")[0].Key, "{}") // its token waits at the gateway
		job := c.activate(1, "work")[0]
		c.elapse(5_000)
		c.broadcast("called", "{}")
		c.broadcast("called", "{}")
		c.elapse(5_000)
		c.refused(c.do(1, command.Command{CompleteJob: &command.CompleteJob{Key: job.Key}}), command.NotFound)
		asked := c.activate(1, "asked")
		if len(asked) != 1 {
			t.Fatalf("%s: expected it to be started once, found %d jobs", name, len(asked))
		}
		c.complete(1, asked[0].Key, "{}")
		c.result(1)
		c.empty()
	}
}

func TestAnEventSubProcessSeesTheVariablesOfItsScope(t *testing.T) {
	c := newCluster(t, 1)
	c.deployProcess(start + end + `<b:subProcess id="sub"><b:extensionElements><zeebe:ioMapping><zeebe:input source="=n + 1" target="mine"/>
		</zeebe:ioMapping></b:extensionElements>` + inner(called()) +
		eventSubProcess(`isInterrupting="false"`, `<b:timerEventDefinition><b:timeCycle>R2/PT1S</b:timeCycle></b:timerEventDefinition>`) + `</b:subProcess>` +
		flow("f1", "s", "sub") + flow("f2", "sub", "e"))
	c.create(1, "p", `{"n":1}`)
	for range 4 {
		c.elapse(1_000)
	}
	jobs := c.activate(1, "asked")
	if len(jobs) != 2 || string(jobs[0].Variables) != `{"mine":2,"n":1}` {
		t.Fatalf("expected two that see the sub-process, found %+v", jobs)
	}
	for _, job := range append(jobs, c.activate(1, "work")...) {
		c.complete(1, job.Key, "{}")
	}
	c.empty()
}

func TestNothingStartsInAScopeThatCannotEnd(t *testing.T) {
	c := newCluster(t, 1)
	c.deployProcess(start + end + `<b:subProcess id="sub"><b:extensionElements><zeebe:ioMapping><zeebe:output source="=count(for i in 1..n return i)" target="x"/>
		</zeebe:ioMapping></b:extensionElements>` + inner(called()) + eventSubProcess(`isInterrupting="false"`, onSignal) + `</b:subProcess>` +
		flow("f1", "s", "sub") + flow("f2", "sub", "e"))
	instance := c.create(1, "p", `{"n":5000000}`) // more than an expression may take
	c.complete(1, c.activate(1, "work")[0].Key, "{}")
	incident := c.incident(1)
	c.broadcast("called", "{}")
	if jobs := c.activate(1, "asked"); len(jobs) > 0 {
		t.Error("expected the sub-process that is about to end to start nothing")
	}
	c.ok(c.do(1, command.Command{SetVariables: &command.SetVariables{ElementInstance: instance, Variables: []byte(`{"n":1}`)}}))
	c.ok(c.do(1, command.Command{ResolveIncident: &command.ResolveIncident{Key: incident.Key}}))
	c.result(1)
	c.empty()
}

func TestASignalThatManyWaitForIsNoProcessThatNeverWaits(t *testing.T) {
	c := newCluster(t, 1)
	c.deployProcess(called() + eventSubProcess(`isInterrupting="false"`, onSignal))
	for range maxSteps / 3 {
		c.create(1, "p", "{}")
	}
	c.broadcast("called", "{}")
	if incidents := c.machines[1].state.Incidents.Len(); incidents > 0 {
		t.Errorf("expected every instance to go on, found %d incidents", incidents)
	}
}

func TestTheVariablesOfASignalAreMappedByTheStartEvent(t *testing.T) {
	c := newCluster(t, 1)
	mapping := `<b:extensionElements><zeebe:ioMapping><zeebe:output source="=who" target="asker"/></zeebe:ioMapping></b:extensionElements>`
	c.deployProcess(called() + eventSubProcess(`isInterrupting="false"`, mapping+onSignal))
	c.create(1, "p", "{}")
	c.broadcast("called", `{"who":1,"more":2}`)
	c.complete(1, c.activate(1, "asked")[0].Key, "{}")
	c.complete(1, c.activate(1, "work")[0].Key, "{}")
	if got := c.result(1); got != `{"asker":1}` {
		t.Errorf("expected what is mapped alone to leave it, found %s", got)
	}
	c.empty()
}

func TestAnInstanceThatCannotWaitForItsEventsIsTriedAgain(t *testing.T) {
	c := newCluster(t, 1)
	c.deployProcess(called() + eventSubProcess("", `<b:timerEventDefinition><b:timeDuration>=after</b:timeDuration></b:timerEventDefinition>`))
	instance := c.create(1, "p", `{}`)
	incident := c.incident(1)
	c.ok(c.do(1, command.Command{SetVariables: &command.SetVariables{ElementInstance: instance, Variables: []byte(`{"after":"PT5S"}`)}}))
	c.ok(c.do(1, command.Command{ResolveIncident: &command.ResolveIncident{Key: incident.Key}}))
	c.complete(1, c.activate(1, "work")[0].Key, "{}")
	c.empty()
}
