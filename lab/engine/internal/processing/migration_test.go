package processing

import (
	"strings"
	"testing"

	"zeebe-chaos/lab/engine/internal/command"
)

func (c *cluster) migrate(instance, definition int64, mappings map[string]string) *command.Answer {
	c.t.Helper()
	return c.do(1, command.Command{MigrateInstance: &command.MigrateInstance{Key: instance, DefinitionKey: definition, Mappings: mappings}})
}

// keyOf deploys a process and returns the key of its definition.
func (c *cluster) keyOf(id, inside string) int64 {
	c.t.Helper()
	return c.ok(c.tryProcess(id, inside)).Deployment.Resources[0].Processes[0].Key
}

func TestWhatCannotBeMigratedIsRefused(t *testing.T) {
	loop := func(outputs string) string {
		return caller("", "", `<b:multiInstanceLoopCharacteristics><b:extensionElements><zeebe:loopCharacteristics inputCollection="=items" `+
			outputs+`/></b:extensionElements></b:multiInstanceLoopCharacteristics>`)
	}
	onTimer := eventSubProcess("", `<b:timerEventDefinition><b:timeDuration>PT5S</b:timeDuration></b:timerEventDefinition>`)
	for name, test := range map[string]struct{ source, target, words string }{
		"from a signal":      {called() + eventSubProcess("", onSignal), called(), "process instance has an event subprocess"},
		"from a timer":       {called() + onTimer, called(), "process instance has an event subprocess"},
		"to a timer":         {called(), called() + onTimer, "target process has an event subprocess"},
		"to a loop's output": {loop(""), loop(`outputCollection="all" outputElement="=1"`), "of another kind than its target"},
	} {
		c := newCluster(t, 1)
		c.ok(c.tryProcess("q", called()))
		c.deployProcess(test.source)
		instance := c.create(1, "p", `{"items":[1]}`)
		answer := c.migrate(instance, c.keyOf("target", test.target), map[string]string{"work": "work", "call": "call"})
		c.refused(answer, command.InvalidState)
		if !strings.Contains(answer.Rejection.Reason, test.words) {
			t.Errorf("%s: expected %q in %q", name, test.words, answer.Rejection.Reason)
		}
		c.elapse(5_000)
		c.broadcast("called", "{}")
	}
}

func TestACalledInstanceCannotBeMigrated(t *testing.T) {
	c := newCluster(t, 1)
	definition := c.keyOf("q", called())
	c.deployProcess(caller("", "", ""))
	c.create(1, "p", "{}")
	answer := c.migrate(c.activate(1, "work")[0].Instance, definition, map[string]string{"work": "work"})
	c.refused(answer, command.InvalidState)
	if !strings.Contains(answer.Rejection.Reason, "Child process instances cannot be migrated") {
		t.Errorf("expected to be told why, found %q", answer.Rejection.Reason)
	}
}

func TestATimerThatTheTargetOfAMigrationDoesNotHaveStartsNothing(t *testing.T) {
	c := newCluster(t, 1)
	late := `<b:boundaryEvent id="late" attachedToRef="work"><b:timerEventDefinition><b:timeDuration>PT10S</b:timeDuration></b:timerEventDefinition></b:boundaryEvent>` +
		flow("f3", "late", "e")
	c.deployProcess(called() + late)
	instance := c.create(1, "p", "{}")
	c.ok(c.migrate(instance, c.keyOf("q", called()), map[string]string{"work": "work"}))
	c.elapse(10_000)
	c.complete(1, c.activate(1, "work")[0].Key, "{}")
	c.empty()
}
