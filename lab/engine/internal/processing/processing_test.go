package processing

import (
	"strings"
	"testing"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

func TestDeploymentsGetVersionsAndReachEveryPartition(t *testing.T) {
	c := newCluster(t, 3)
	first := c.deploy("multi-version/v1.bpmn").Deployment.Resources[0].Processes[0]
	again := c.deploy("multi-version/v1.bpmn").Deployment.Resources[0]
	if first.Version != 1 || again.Processes[0] != first || !again.Duplicate {
		t.Errorf("expected the same resource to stay version 1, found %+v", again)
	}
	if state.PartitionOf(first.Key) != 1 {
		t.Errorf("expected the key to be partition 1's, found %d", state.PartitionOf(first.Key))
	}
	for p := 1; p <= 3; p++ {
		if _, found := c.machines[p].state.Processes.Get(first.Key); !found {
			t.Errorf("expected partition %d to have the process", p)
		}
	}
}

func TestADeploymentThatIsNotCarriedHasNoEffectElsewhere(t *testing.T) {
	c := newCluster(t, 2)
	c.held = true
	key := c.deploy("canary.bpmn").Deployment.Resources[0].Processes[0].Key
	c.refused(c.do(2, command.Command{CreateInstance: &command.CreateInstance{ProcessID: "zeebe-chaos-canary", Version: -1}}), command.NotFound)
	c.held = false
	c.carry()
	c.create(2, "zeebe-chaos-canary", "{}")
	if _, found := c.machines[2].state.Processes.Get(key); !found || len(c.outbox(1)) > 0 {
		t.Error("expected the deployment to arrive and to leave the outbox")
	}
}

func TestLatestVersionIsTheHighestWhateverComesLast(t *testing.T) {
	c := newCluster(t, 2)
	c.held = true
	for i := range 12 {
		c.deploy([]string{"multi-version/v1.bpmn", "multi-version/v2.bpmn"}[i%2], []string{"multi-version/v1.dmn", "multi-version/v2.dmn"}[i%2])
	}
	rows := c.outbox(1)
	for i := len(rows) - 1; i >= 0; i-- {
		c.apply(2, command.Command{Deliver: &rows[i].Command})
	}
	c.held = false
	c.carry()
	answer := c.ok(c.do(2, command.Command{CreateInstance: &command.CreateInstance{ProcessID: "multiVersion", Version: -1, AwaitResult: true}}))
	// v1.bpmn and v2.bpmn have names of their own, so each deployment is a new version.
	if answer.Instance.Version != 12 {
		t.Errorf("expected version 12, found %d", answer.Instance.Version)
	}
	if got := c.result(2); got != `{"decided":"variant 2"}` {
		t.Errorf("expected the latest decision, found %s", got)
	}
	c.empty()
}

func TestJobs(t *testing.T) {
	c := newCluster(t, 1)
	c.deploy("client-load.bpmn")
	c.create(1, "zeebe-chaos-client-load", `{"jobType":"work","request":7}`)
	if types := c.effects[1].Ready; len(types) != 1 || types[0] != "work" {
		t.Errorf("expected a job of type work to be told, found %v", types)
	}
	if jobs := c.activate(1, "other"); len(jobs) > 0 {
		t.Errorf("expected no job of another type, found %v", jobs)
	}
	job := c.activate(1, "work")[0]
	if string(job.Variables) != `{"jobType":"work","request":7}` || job.Retries != 3 || job.Element != "work" {
		t.Errorf("expected the job with its variables, found %+v", job)
	}
	if jobs := c.activate(1, "work"); len(jobs) > 0 {
		t.Error("expected an activated job to be with its worker alone")
	}
	c.elapse(4_999)
	if jobs := c.activate(1, "work"); len(jobs) > 0 {
		t.Error("expected the job to stay with its worker until its time is up")
	}
	c.elapse(1)
	if jobs := c.activate(1, "work"); len(jobs) != 1 {
		t.Error("expected the job to come back when its time is up")
	}
	c.complete(1, job.Key, `{"done":true}`)
	if got := c.result(1); got != `{"done":true,"jobType":"work","request":7}` {
		t.Errorf("expected the job's variables in the result, found %s", got)
	}
	c.refused(c.do(1, command.Command{CompleteJob: &command.CompleteJob{Key: job.Key}}), command.NotFound)
	c.empty()
}

func TestFailedJobs(t *testing.T) {
	c := newCluster(t, 1)
	c.deploy("client-load.bpmn")
	c.create(1, "zeebe-chaos-client-load", `{"jobType":"work"}`)
	job := c.activate(1, "work")[0]
	fail := func(retries int32, backoff int64) {
		c.ok(c.do(1, command.Command{FailJob: &command.FailJob{Key: job.Key, Retries: retries, Backoff: backoff, Message: "no"}}))
	}
	fail(2, 0)
	if jobs := c.activate(1, "work"); len(jobs) != 1 || jobs[0].Retries != 2 {
		t.Fatalf("expected the job at once with 2 retries, found %+v", jobs)
	}
	fail(1, 3_000)
	c.elapse(2_999)
	if len(c.activate(1, "work")) > 0 {
		t.Error("expected the job to back off")
	}
	c.elapse(1)
	c.activate(1, "work")
	fail(0, 0)
	if len(c.activate(1, "work")) > 0 {
		t.Error("expected a job without retries to wait for its incident")
	}
	var incident int64
	c.machines[1].state.Incidents.All(func(key int64, _ state.Incident) bool { incident = key; return true })
	resolve := command.Command{ResolveIncident: &command.ResolveIncident{Key: incident}}
	c.refused(c.do(1, resolve), command.InvalidState)
	c.ok(c.do(1, command.Command{UpdateJobRetries: &command.UpdateJobRetries{Key: job.Key, Retries: 1}}))
	c.ok(c.do(1, resolve))
	c.complete(1, c.activate(1, "work")[0].Key, "{}")
	c.empty()
}

func message(key, id string, timeToLive int64) command.Command {
	return command.Command{PublishMessage: &command.PublishMessage{
		Name: "m", CorrelationKey: key, MessageID: id, TimeToLive: timeToLive, Variables: []byte(`{"payload":"x"}`),
	}}
}

// keyOn2 belongs to partition 2 of 3, "a" being 97.
const keyOn2 = "a"

func receiver(c *cluster) int64 {
	return c.create(1, "zeebe-chaos-message-receiver", `{"messageName":"m","correlationKey":"`+keyOn2+`","jobType":"got"}`)
}

func TestMessagesAreCorrelatedAcrossPartitionsInEitherOrder(t *testing.T) {
	for _, messageFirst := range []bool{true, false} {
		c := newCluster(t, 3)
		c.deploy("message-receiver.bpmn")
		if messageFirst {
			c.ok(c.do(2, message(keyOn2, "", 60_000)))
		}
		receiver(c)
		if !messageFirst {
			c.ok(c.do(2, message(keyOn2, "", 60_000)))
		}
		jobs := c.activate(1, "got")
		if len(jobs) != 1 || !strings.Contains(string(jobs[0].Variables), `"payload":"x"`) {
			t.Fatalf("message first: %v: expected one job with the payload, found %+v", messageFirst, jobs)
		}
		receiver(c)
		if len(c.activate(1, "got")) > 0 {
			t.Errorf("message first: %v: expected the message once for one process", messageFirst)
		}
	}
}

func TestAMessageThatComesTooLateGoesToTheNext(t *testing.T) {
	c := newCluster(t, 3)
	c.deploy("message-receiver.bpmn")
	first := receiver(c)
	c.held = true
	c.ok(c.do(2, message(keyOn2, "", 60_000))) // on its way to the first
	c.ok(c.do(1, command.Command{CancelInstance: &command.CancelInstance{Key: first}}))
	receiver(c)
	c.held = false
	c.carry()
	if jobs := c.activate(1, "got"); len(jobs) != 1 {
		t.Errorf("expected the second to have the message, found %d jobs", len(jobs))
	}
}

func TestMessageIDsAndExpiry(t *testing.T) {
	c := newCluster(t, 3)
	c.deploy("message-receiver.bpmn")
	c.ok(c.do(2, message(keyOn2, "id", 1_000)))
	c.refused(c.do(2, message(keyOn2, "id", 1_000)), command.AlreadyExists)
	c.elapse(1_000)
	c.ok(c.do(2, message(keyOn2, "id", 0)))
	c.ok(c.do(2, message(keyOn2, "id", 0)))
	receiver(c)
	if len(c.activate(1, "got")) > 0 {
		t.Error("expected messages that have expired to be gone")
	}
	if left := c.machines[2].state.Messages.Len() + c.machines[2].state.MessageIDs.Len() + c.machines[2].state.MessagesDue.Len(); left > 0 {
		t.Errorf("expected nothing to be left of expired messages, found %d rows", left)
	}
}

func TestCancelling(t *testing.T) {
	c := newCluster(t, 3)
	c.deploy("message-receiver.bpmn", "client-load.bpmn")
	waiting := receiver(c)
	working := c.create(1, "zeebe-chaos-client-load", `{"jobType":"work"}`)
	for _, key := range []int64{waiting, working} {
		c.ok(c.do(1, command.Command{CancelInstance: &command.CancelInstance{Key: key}}))
		c.refused(c.do(1, command.Command{CancelInstance: &command.CancelInstance{Key: key}}), command.NotFound)
	}
	c.empty()
}

func TestWhatExperimentsAskByMigration(t *testing.T) {
	c := newCluster(t, 1)
	c.deploy("client-load.bpmn", "canary.bpmn")
	key := c.create(1, "zeebe-chaos-client-load", `{"jobType":"work"}`)
	definition := c.deploy("canary.bpmn").Deployment.Resources[0].Processes[0].Key
	for _, test := range []struct {
		instance, definition int64
		code                 command.Code
		words                string
	}{
		{key + 1_000, definition, command.NotFound, "no process instance found"},
		{key, definition + 1_000, command.NotFound, "no process definition found"},
		{key, definition, command.InvalidState, "no mapping instruction defined"},
	} {
		answer := c.do(1, command.Command{MigrateInstance: &command.MigrateInstance{Key: test.instance, DefinitionKey: test.definition}})
		c.refused(answer, test.code)
		if !strings.Contains(answer.Rejection.Reason, test.words) {
			t.Errorf("expected %q in %q", test.words, answer.Rejection.Reason)
		}
	}
	if jobs := c.activate(1, "work"); len(jobs) != 1 || jobs[0].DefinitionKey == definition {
		t.Error("expected the instance to stay as it was")
	}
}

func TestSetVariables(t *testing.T) {
	c := newCluster(t, 1)
	c.deploy("client-load.bpmn")
	instance := c.create(1, "zeebe-chaos-client-load", `{"jobType":"work"}`)
	element := c.machines[1].childrenOf(instance)[0]
	set := func(key int64, variables string, local bool) *command.Answer {
		return c.do(1, command.Command{SetVariables: &command.SetVariables{ElementInstance: key, Variables: []byte(variables), Local: local}})
	}
	c.ok(set(element, `{"mine":1}`, true))
	c.ok(set(element, `{"mine":2,"ours":3}`, false))
	c.refused(set(element+1_000, `{}`, true), command.NotFound)
	c.refused(set(element, `[]`, true), command.InvalidArgument)
	job := c.activate(1, "work")[0]
	if string(job.Variables) != `{"jobType":"work","mine":2,"ours":3}` {
		t.Errorf("expected both scopes to be seen, found %s", job.Variables)
	}
	c.complete(1, job.Key, "{}")
	if got := c.result(1); got != `{"jobType":"work","ours":3}` {
		t.Errorf("expected the local variable to end with its element, found %s", got)
	}
}
