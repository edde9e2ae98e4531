package bpmn

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

type cronField struct {
	name        string
	first, last int
	names       string // those of the values, three letters each, from the first on
}

var cronFields = [...]cronField{
	{"second", 0, 59, ""}, {"minute", 0, 59, ""}, {"hour", 0, 23, ""}, {"day of the month", 1, 31, ""},
	{"month", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"}, {"day of the week", 0, 7, "SUNMONTUEWEDTHUFRISAT"},
}

// cron has a bit for each allowed value of each field, in the order of cronFields.
type cron [len(cronFields)]uint64

func parseCron(fields []string) (*cron, error) {
	c := &cron{}
	for i, text := range fields {
		for _, part := range strings.Split(text, ",") {
			bits, err := cronFields[i].parse(part)
			if err != nil {
				return nil, err
			}
			c[i] |= bits
		}
	}
	const sunday, alsoSunday = 1 << 0, 1 << 7
	if c[5]&alsoSunday != 0 {
		c[5] |= sunday
	}
	if c.next(time.Unix(0, 0).UTC()).IsZero() {
		return nil, errors.New("there is no such day")
	}
	return c, nil
}

// parse reads *, 5, 1-5, */10, 5/10 or 1-30/10, where values may be names.
func (f cronField) parse(part string) (bits uint64, err error) {
	span, stepText, hasStep := strings.Cut(part, "/")
	first, last := f.first, f.last
	if span != "*" && (span != "?" || !strings.HasPrefix(f.name, "day")) {
		from, to, isRange := strings.Cut(span, "-")
		if first, err = f.value(from); err != nil {
			return 0, err
		}
		if isRange {
			if last, err = f.value(to); err != nil {
				return 0, err
			}
		} else if !hasStep {
			last = first
		}
	}
	step := 1
	if hasStep {
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 || step > f.last {
			return 0, fmt.Errorf("the step of the %s must be from 1 to %d, found %q", f.name, f.last, stepText)
		}
	}
	if first > last {
		return 0, fmt.Errorf("the range of the %s must not run backwards, found %q", f.name, span)
	}
	for value := first; value <= last; value += step {
		bits |= 1 << value
	}
	return bits, nil
}

func (f cronField) value(text string) (int, error) {
	if at := strings.Index(f.names, strings.ToUpper(text)); len(text) == 3 && at >= 0 && at%3 == 0 {
		return f.first + at/3, nil
	}
	value, err := strconv.Atoi(text)
	if err != nil || value < f.first || value > f.last {
		return 0, fmt.Errorf("the %s must be from %d to %d, found %q", f.name, f.first, f.last, text)
	}
	return value, nil
}

func (c *cron) allows(field, value int) bool { return c[field]&(1<<value) != 0 }

// next is the first allowed second after a time in UTC; the zero time if there is none. A leap day can be eight years away.
func (c *cron) next(after time.Time) time.Time {
	t := after.Truncate(time.Second).Add(time.Second)
	for end := t.AddDate(9, 0, 0); t.Before(end); {
		year, month, day := t.Date()
		switch {
		case !c.allows(4, int(month)):
			t = time.Date(year, month+1, 1, 0, 0, 0, 0, time.UTC)
		case !c.allows(3, day) || !c.allows(5, int(t.Weekday())):
			t = time.Date(year, month, day+1, 0, 0, 0, 0, time.UTC)
		case !c.allows(2, t.Hour()):
			t = t.Truncate(time.Hour).Add(time.Hour)
		case !c.allows(1, t.Minute()):
			t = t.Truncate(time.Minute).Add(time.Minute)
		case !c.allows(0, t.Second()):
			t = t.Add(time.Second)
		default:
			return t
		}
	}
	return time.Time{}
}
