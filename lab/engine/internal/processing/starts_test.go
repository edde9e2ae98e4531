package processing

import (
	"strings"
	"testing"

	"zeebe-chaos/lab/engine/internal/command"
)

func startedBy(timer, jobType string) string {
	return `<b:startEvent id="t"><b:timerEventDefinition>` + timer + `</b:timerEventDefinition></b:startEvent>` + end +
		task("work", jobType, "") + flow("f1", "t", "work") + flow("f2", "work", "e")
}

func TestATimerStartsInstancesOfTheLatestVersionOnOnePartition(t *testing.T) {
	c := newCluster(t, 2)
	c.deployProcess(startedBy(`<b:timeCycle>R3/PT10S</b:timeCycle>`, "old"))
	c.elapse(10_000)
	c.deployProcess(startedBy(`<b:timeCycle>R2/PT10S</b:timeCycle>`, "new"))
	c.deployProcess(startedBy(`<b:timeCycle>R2/PT10S</b:timeCycle>`, "new")) // the same
	for range 5 {
		c.elapse(10_000)
	}
	for jobType, want := range map[string]int{"old": 1, "new": 2} {
		jobs := c.activate(1, jobType)
		if elsewhere := c.activate(2, jobType); len(jobs) != want || len(elsewhere) > 0 {
			t.Errorf("expected %d jobs %s on partition 1, found %d, and %d on partition 2", want, jobType, len(jobs), len(elsewhere))
		}
		for _, job := range jobs {
			c.complete(1, job.Key, "{}")
		}
	}
	c.empty()
	c.refused(c.do(1, command.Command{CreateInstance: &command.CreateInstance{ProcessID: "p", Version: -1}}), command.InvalidState)
}

func TestATimerThatHasNoTimeIsRefusedAtDeployment(t *testing.T) {
	c := newCluster(t, 1)
	answer := c.tryProcess("p", startedBy(`<b:timeCycle>=unknown</b:timeCycle>`, "work"))
	c.refused(answer, command.InvalidArgument)
	if !strings.Contains(answer.Rejection.Reason, "expected the timer of 't' to have a time") {
		t.Errorf("expected to be told which timer, found %s", answer.Rejection.Reason)
	}
}
