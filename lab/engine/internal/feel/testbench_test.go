package feel

import "testing"

const testbenchSum = `{
  outcomes: flatten(perCluster),
  passed: outcomes[item.verdict = "passed"],
  failures: outcomes[item.verdict = "failed" or item.verdict = "broken"],
  place: function(outcome) if count(clusters) > 1 then " on " + outcome.cluster else "",
  results: for o in passed return o.name + " completed successfully" + place(o),
  testReport: {
    testResult: if count(failures) > 0 then "FAILED" else if count(passed) > 0 then "PASSED" else "SKIPPED",
    failureMessages: for o in failures return o.name + place(o) + " (" + o.verdict + "): " + o.reason,
    failureCount: count(failures),
    metaData: { results: results },
    startTime: min(outcomes.startTime),
    endTime: max(outcomes.endTime),
    timeOfFirstFailure: min(failures.endTime)
  }
}`

func TestTestbenchSum(t *testing.T) {
	const (
		passed = `{"name": "kill", "cluster": "a", "verdict": "passed", "startTime": 10, "endTime": 20}`
		failed = `{"name": "cut", "cluster": "b", "verdict": "failed", "reason": "lost", "startTime": 5, "endTime": 15}`
	)
	for _, c := range []struct{ name, variables, want string }{
		{"nothing ran", `{"perCluster": [], "clusters": []}`,
			`{"failureCount":0,"failureMessages":[],"metaData":{"results":[]},"startTime":null,"endTime":null,"testResult":"SKIPPED","timeOfFirstFailure":null}`},
		{"one passed", `{"perCluster": [[` + passed + `]], "clusters": [{}]}`,
			`{"failureCount":0,"failureMessages":[],"metaData":{"results":["kill completed successfully"]},"startTime":10,"endTime":20,"testResult":"PASSED","timeOfFirstFailure":null}`},
		{"one of two failed", `{"perCluster": [[` + passed + `], [` + failed + `]], "clusters": [{}, {}]}`,
			`{"failureCount":1,"failureMessages":["cut on b (failed): lost"],"metaData":{"results":["kill completed successfully on a"]},"startTime":5,"endTime":20,"testResult":"FAILED","timeOfFirstFailure":15}`},
	} {
		want := evaluate(t, c.want, Context{})
		if got := evaluate(t, testbenchSum+".testReport", contextOf(t, c.variables)); got != want {
			t.Errorf("%s: got %s, want %s", c.name, got, want)
		}
		if got := evaluate(t, "get value("+testbenchSum+`, "place")`, contextOf(t, c.variables)); got != "null" {
			t.Errorf("%s: the function became the value %s", c.name, got)
		}
	}
}

func TestTestbenchExpressions(t *testing.T) {
	const variables = `{"clusterTimeout": "PT3H", "suite": "all", "cluster": {"name": "lab"}, "outcomes": [{"verdict": "failed"}],
		"stopAtFirstFailure": true, "begun": 40, "ended": 100, "outcome": 1}`
	for source, want := range map[string]string{
		`"daily-" + string(date(now()))`:                      `"daily-2026-03-01"`,
		`[{name: "lab"}]`:                                     `[{"name":"lab"}]`,
		`if cluster.plan = null then suite else cluster.plan`: `"all"`,
		`if experiments = null then [] else experiments`:      `[]`,
		`stopAtFirstFailure = true`:                           `true`,
		`unset = true`:                                        `false`,
		`stopAtFirstFailure and (some o in outcomes satisfies o.verdict = "failed" or o.verdict = "broken")`: `true`,
		`append(outcomes, outcome)`: `[{"verdict":"failed"},1]`,
		`append([], {name: suite, reason: "none within " + clusterTimeout + ", so", durationMs: ended - begun})[1]`: `{"durationMs":60,"name":"all","reason":"none within PT3H, so"}`,
		`if asker = null then "testbench-status" else asker`:                                                        `"testbench-status"`,
		`if bench = null then "testbench-results" else "testbench-results-" + bench`:                                `"testbench-results"`,
	} {
		if got := evaluate(t, source, contextOf(t, variables)); got != want {
			t.Errorf("%s: got %s, want %s", source, got, want)
		}
	}
}
