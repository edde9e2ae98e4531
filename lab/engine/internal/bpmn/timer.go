package bpmn

import (
	"fmt"
	"time"

	"zeebe-chaos/lab/engine/internal/feel"
)

// Timer is when a timer is due for the first time, and how it goes on.
type Timer struct {
	Due time.Time
	// Cycle is nil if the timer is due once.
	Cycle *Cycle
}

// Timer evaluates the element's timer, seen from Context.Now. It returns an error if the expression does not give a
// duration, a cycle or a date, or if the element has no timer.
func (e *Element) Timer(context feel.Context) (Timer, error) {
	switch {
	case e.TimerDuration != nil:
		value, err := e.TimerDuration.Evaluate(context)
		if err != nil {
			return Timer{}, err
		}
		duration, err := asDuration(value)
		return Timer{Due: context.Now.Add(duration)}, err
	case e.TimerDate != nil:
		value, err := e.TimerDate.Evaluate(context)
		if err != nil {
			return Timer{}, err
		}
		due, err := asTime(value)
		return Timer{Due: due}, err
	case e.TimerCycle != nil:
		value, err := e.TimerCycle.Evaluate(context)
		if err != nil {
			return Timer{}, err
		}
		text, ok := value.(string)
		if !ok {
			return Timer{}, fmt.Errorf("expected a cycle, such as R3/PT10S, found %v", value)
		}
		cycle, err := ParseCycle(text)
		if err != nil {
			return Timer{}, err
		}
		return Timer{Due: cycle.Next(context.Now), Cycle: cycle}, nil
	}
	return Timer{}, fmt.Errorf("element %q has no timer", e.ID)
}

func asDuration(value any) (time.Duration, error) {
	switch v := value.(type) {
	case feel.Duration:
		return time.Duration(v), nil
	case string:
		return feel.ParseDuration(v)
	}
	return 0, fmt.Errorf("expected a duration, such as PT10S, found %v", value)
}

func asTime(value any) (time.Time, error) {
	switch v := value.(type) {
	case time.Time:
		return v, nil
	case string:
		return feel.ParseDateTime(v)
	}
	return time.Time{}, fmt.Errorf("expected a time stamp, such as 2024-05-01T10:00:00Z, found %v", value)
}

// checkTimer reads a static property of a timer.
func checkTimer(property, text string) (err error) {
	switch property {
	case "timeDuration":
		_, err = feel.ParseDuration(text)
	case "timeDate":
		_, err = feel.ParseDateTime(text)
	default:
		_, err = ParseCycle(text)
	}
	return err
}
