package bpmn

import (
	"strings"
	"testing"
	"time"

	"zeebe-chaos/lab/engine/internal/feel"
)

var context = feel.Context{
	Now: time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC),
	Variables: func(name string) (any, bool) {
		value, ok := map[string]any{"wait": "PT5S", "when": "2026-04-01T00:00:00+02:00", "number": 1.0, "often": "R2/PT1M"}[name]
		return value, ok
	},
}

func TestTimer(t *testing.T) {
	for _, c := range []struct{ element, due string }{
		{catch(timer("timeDuration", "PT10S")), "2026-03-01T12:00:10Z"},
		{catch(timer("timeDuration", "=wait")), "2026-03-01T12:00:05Z"},
		{catch(timer("timeDuration", "=duration(wait) * 2")), "2026-03-01T12:00:10Z"},
		{catch(timer("timeDate", "2026-03-02T00:00:00Z")), "2026-03-02T00:00:00Z"},
		{catch(timer("timeDate", "=when")), "2026-03-31T22:00:00Z"},
		{catch(timer("timeDate", "=now() + @\"P1D\"")), "2026-03-02T12:00:00Z"},
		{boundary(timer("timeCycle", "=often"), `cancelActivity="false"`), "2026-03-01T12:01:00Z"},
	} {
		x := parseOne(t, document(c.element)).Elements["x"]
		timer, err := x.Timer(context)
		if err != nil || timer.Due.Format(time.RFC3339) != c.due {
			t.Errorf("%s: got %v, %v, want %s", c.element, timer.Due, err, c.due)
		}
		if isCycle := x.TimerCycle != nil; isCycle != (timer.Cycle != nil) || isCycle && timer.Cycle.Repetitions != 2 {
			t.Errorf("%s: got the cycle %+v", c.element, timer.Cycle)
		}
	}
	for element, want := range map[string]string{
		catch(timer("timeDuration", "=number")):                           `expected a duration, such as PT10S, found 1`,
		catch(timer("timeDuration", "=when")):                             `expected an ISO 8601 duration`,
		catch(timer("timeDate", "=unknown")):                              `expected a time stamp`,
		boundary(timer("timeCycle", "=number"), `cancelActivity="false"`): `expected a cycle`,
		boundary(timer("timeCycle", "=wait"), `cancelActivity="false"`):   `expected a cycle`,
	} {
		if _, err := parseOne(t, document(element)).Elements["x"].Timer(context); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %s", element, err, want)
		}
	}
	if _, err := (&Element{ID: "y"}).Timer(context); err == nil {
		t.Error("an element without a timer gave one")
	}
}

func TestCycleNext(t *testing.T) {
	for _, c := range []struct{ cycle, after, want string }{
		{"R/PT10S", "2026-03-01T12:00:00Z", "2026-03-01T12:00:10Z"},
		{"0 0 3 * * *", "2026-03-01T02:59:59Z", "2026-03-01T03:00:00Z"},
		{"0 0 3 * * *", "2026-03-01T03:00:00Z", "2026-03-02T03:00:00Z"},
		{"0 0 3 * * *", "2026-12-31T23:00:00+00:00", "2027-01-01T03:00:00Z"},
		{"0 0 3 * * *", "2026-03-01T04:30:00+02:00", "2026-03-01T03:00:00Z"},
		{"*/15 * * * * ?", "2026-03-01T12:00:46Z", "2026-03-01T12:01:00Z"},
		{"0 5/20 9-17 * * MON-FRI", "2026-03-06T17:50:00Z", "2026-03-09T09:05:00Z"},
		{"0 0 0 29 2 ?", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"0 0 0 ? * 7", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z"},
		{"0 0 0 1 jan,JUL *", "2026-03-02T00:00:00Z", "2026-07-01T00:00:00Z"},
	} {
		cycle, err := ParseCycle(c.cycle)
		if err != nil {
			t.Fatal(err)
		}
		after, err := time.Parse(time.RFC3339, c.after)
		if err != nil {
			t.Fatal(err)
		}
		if got := cycle.Next(after).Format(time.RFC3339); got != c.want {
			t.Errorf("%s after %s: got %s, want %s", c.cycle, c.after, got, c.want)
		}
	}
}

func TestParseCycleRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":               `expected a cycle such as R3/PT10S or a cron expression of 6 fields, found ""`,
		"PT10S":          `expected a cycle such as`,
		"R3/PT0S":        `expected an interval of a millisecond or more`,
		"R/PT0.0001S":    `expected an interval of a millisecond or more`,
		"R3/P1Y":         `expected an ISO 8601 duration`,
		"* * * * *":      `cron expression of 6 fields`,
		"60 * * * * *":   `the second must be from 0 to 59, found "60"`,
		"* * * * * XYZ":  `the day of the week must be from 0 to 7, found "XYZ"`,
		"* * * * * UNM":  `found "UNM"`,
		"? * * * * *":    `the second must be from 0 to 59, found "?"`,
		"*/0 * * * * *":  `the step of the second must be from 1 to 59, found "0"`,
		"9-5 * * * * *":  `must not run backwards, found "9-5"`,
		"0 0 0 31 FEB *": `there is no such day`,
	} {
		if _, err := ParseCycle(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got error %v, want %s", text, err, want)
		}
	}
}
