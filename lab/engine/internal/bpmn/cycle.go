package bpmn

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"zeebe-chaos/lab/engine/internal/feel"
)

// Endless is the number of repetitions of a cycle that does not end.
const Endless = -1

// Cycle is a repeating time: an interval, or a cron expression in UTC. It is immutable.
type Cycle struct {
	// Repetitions is how often it is due in all, Endless if it has no end.
	Repetitions int
	interval    time.Duration
	cron        *cron
}

var isoCycle = regexp.MustCompile(`^R(\d{0,9})/(P.*)$`)

// ParseCycle reads R3/PT10S, R/PT10S without an end, or a cron expression of six fields that begin with the seconds, such as
// "0 0 3 * * *". Anything else is an error.
func ParseCycle(text string) (*Cycle, error) {
	text = strings.TrimSpace(text)
	if parts := isoCycle.FindStringSubmatch(text); parts != nil {
		interval, err := feel.ParseDuration(parts[2])
		if err != nil {
			return nil, err
		}
		if interval < time.Millisecond {
			return nil, fmt.Errorf("expected an interval of a millisecond or more, found the cycle %q", text)
		}
		c := &Cycle{Repetitions: Endless, interval: interval}
		if parts[1] != "" {
			c.Repetitions, _ = strconv.Atoi(parts[1]) // at most nine digits
		}
		return c, nil
	}
	if fields := strings.Fields(text); len(fields) == len(cronFields) {
		cron, err := parseCron(fields)
		if err != nil {
			return nil, fmt.Errorf("expected a cron expression, found %q: %w", text, err)
		}
		return &Cycle{Repetitions: Endless, cron: cron}, nil
	}
	return nil, fmt.Errorf("expected a cycle such as R3/PT10S or a cron expression of %d fields, found %q", len(cronFields), text)
}

// Next is when it is due after a time.
func (c *Cycle) Next(after time.Time) time.Time {
	if c.cron != nil {
		return c.cron.next(after.UTC())
	}
	return after.Add(c.interval)
}
