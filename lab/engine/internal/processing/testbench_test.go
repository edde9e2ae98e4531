package processing

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"zeebe-chaos/lab/engine/internal/command"
)

// bench deploys the models of the test bench and runs them on two clusters of three experiments.
func bench(t *testing.T, stopAtFirstFailure bool) *cluster {
	c := newCluster(t, 1)
	c.deploy("testbench/testbench.bpmn", "testbench/testbench-cluster.bpmn")
	c.create(1, "testbench", fmt.Sprintf(`{"bench":"b","clusters":[{"name":"one"},{"name":"two","plan":"production-s"}],"suite":"production-m",
		"experiments":["a","b","c"],"stopAtFirstFailure":%v}`, stopAtFirstFailure))
	for _, job := range c.activate(1, "testbench-list") {
		c.complete(1, job.Key, strings.ReplaceAll(`{"planned":["suite/a","suite/b","suite/c"]}`, "suite", c.seenBy(job).Suite))
	}
	return c
}

// benchJob is what the jobs of the bench see.
type benchJob struct {
	Suite      string
	Experiment string
	Cluster    struct{ Name string }
	Results    []string
	TestReport map[string]any
}

func (c *cluster) seenBy(job command.Job) (seen benchJob) {
	c.t.Helper()
	if err := json.Unmarshal(job.Variables, &seen); err != nil {
		c.t.Fatal(err)
	}
	return seen
}

// experiments ends each experiment that waits with the verdict, and says which there were.
func (c *cluster) experiments(verdict string) (ran []string) {
	c.t.Helper()
	for _, job := range c.activate(1, "testbench-experiment") {
		seen := c.seenBy(job)
		ran = append(ran, seen.Experiment)
		c.complete(1, job.Key, fmt.Sprintf(`{"outcome":{"name":%q,"cluster":%q,"verdict":%q,"reason":"why","startTime":1,"endTime":2}}`,
			seen.Experiment, seen.Cluster.Name, verdict))
	}
	return ran
}

func (c *cluster) handedOver() (results []string, report map[string]any) {
	c.t.Helper()
	jobs := c.activate(1, "testbench-results-b")
	if len(jobs) != 1 {
		c.t.Fatal("expected the results to be handed over")
	}
	c.complete(1, jobs[0].Key, "{}")
	seen := c.seenBy(jobs[0])
	return seen.Results, seen.TestReport
}

func TestTheBenchRunsClustersSideBySideAndExperimentsOneByOne(t *testing.T) {
	c := bench(t, false)
	c.broadcast("testbench-status", `{"asker":"me"}`)
	if told := c.activate(1, "me"); len(told) != 2 {
		t.Errorf("expected each cluster to tell how far it is, found %d", len(told))
	}
	for _, experiment := range []string{"a", "b", "c"} {
		if got, want := fmt.Sprint(c.experiments("passed")), fmt.Sprintf("[production-m/%s production-s/%[1]s]", experiment); got != want {
			t.Fatalf("expected %s, found %s", want, got)
		}
	}
	c.elapse(3_000) // nobody took what was told
	results, report := c.handedOver()
	if len(results) != 6 || results[3] != "production-s/a completed successfully on two" || report["testResult"] != "PASSED" {
		t.Errorf("expected six experiments to have passed, found %v and %v", results, report)
	}
	c.empty()
}

func TestTheBenchStopsAtTheFirstFailureIfToldTo(t *testing.T) {
	c := bench(t, true)
	c.experiments("failed")
	results, report := c.handedOver()
	if len(results) != 0 || report["testResult"] != "FAILED" || report["failureCount"] != 2.0 {
		t.Errorf("expected one failure on each cluster, found %v and %v", results, report)
	}
	c.empty()
}

func TestTheBenchNotesWhatIsNotDoneInTimeOrBroken(t *testing.T) {
	c := bench(t, false)
	c.elapse(20 * 60 * 1_000)
	jobs := c.activate(1, "testbench-experiment")
	for _, job := range jobs {
		c.ok(c.do(1, command.Command{ThrowError: &command.ThrowError{
			Key: job.Key, Code: "testbench-broken", Variables: []byte(`{"outcome":{"name":"b","cluster":"x","verdict":"broken","reason":"no checkout"}}`),
		}}))
	}
	_, report := c.handedOver()
	told := fmt.Sprint(report["failureMessages"])
	if report["failureCount"] != 4.0 || strings.Count(told, "within PT20M, and was not") != 2 || strings.Count(told, "no checkout") != 2 {
		t.Errorf("expected two that were late and two that were broken, found %v", told)
	}
	c.empty()
}
