package feel

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Duration is a duration in days, hours, minutes and seconds. Its unit is the nanosecond, as that of time.Duration.
type Duration time.Duration

// Date is a day of the calendar without a time.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

func (d Date) start() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

func dateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// String gives the date in ISO 8601, such as 2024-05-01.
func (d Date) String() string { return d.start().Format(time.DateOnly) }

// String gives the duration in ISO 8601, such as P1DT2H or PT0.5S.
func (d Duration) String() string {
	if d == 0 {
		return "PT0S"
	}
	var text strings.Builder
	left := uint64(d)
	if d < 0 {
		text.WriteByte('-')
		left = -left
	}
	take := func(unit time.Duration, letter string) {
		if n := left / uint64(unit); n > 0 {
			text.WriteString(strconv.FormatUint(n, 10) + letter)
		}
		left %= uint64(unit)
	}
	text.WriteByte('P')
	take(24*time.Hour, "D")
	if left > 0 {
		text.WriteByte('T')
	}
	take(time.Hour, "H")
	take(time.Minute, "M")
	if left > 0 {
		seconds := fmt.Sprintf("%d.%09d", left/uint64(time.Second), left%uint64(time.Second))
		text.WriteString(strings.TrimRight(strings.TrimRight(seconds, "0"), ".") + "S")
	}
	return text.String()
}

var isoDuration = regexp.MustCompile(`^([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,9})?)S)?)?$`)

// ParseDuration reads a duration in ISO 8601, such as PT10S, PT0.5S or P1DT2H. Years and months, whose length depends on
// the date, and durations beyond 292 years are refused with an error.
func ParseDuration(iso string) (time.Duration, error) {
	parts := isoDuration.FindStringSubmatch(strings.TrimSpace(iso))
	if parts == nil || strings.Join(parts[2:], "") == "" || strings.HasSuffix(strings.TrimSpace(iso), "T") {
		return 0, fmt.Errorf("expected an ISO 8601 duration of weeks, days, hours, minutes or seconds, such as PT10S, found %q", iso)
	}
	total := new(big.Rat)
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if text := parts[2+i]; text != "" {
			amount, _ := new(big.Rat).SetString(text)
			total.Add(total, amount.Mul(amount, new(big.Rat).SetInt64(int64(unit))))
		}
	}
	if parts[1] == "-" {
		total.Neg(total)
	}
	if !total.IsInt() || !total.Num().IsInt64() {
		return 0, fmt.Errorf("expected a duration of at most 292 years, found %q", iso)
	}
	return time.Duration(total.Num().Int64()), nil
}

// parseTemporal reads a date, a time stamp or a duration in ISO 8601. A time stamp without a zone is in UTC. It gives nil
// for anything else.
func parseTemporal(text string) any {
	if date, err := time.Parse(time.DateOnly, text); err == nil {
		return dateOf(date)
	}
	if t, err := ParseDateTime(text); err == nil {
		return t
	}
	if d, err := ParseDuration(text); err == nil {
		return Duration(d)
	}
	return nil
}

// ParseDateTime reads a time stamp in ISO 8601, such as 2024-05-01T10:00:00Z; without a zone it is in UTC. The result is
// in UTC. Anything else is an error.
func ParseDateTime(iso string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, strings.TrimSpace(iso)); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("expected an ISO 8601 time stamp, such as 2024-05-01T10:00:00Z, found %q", iso)
}

func calculateTimes(operator string, left, right any) any {
	switch r := right.(type) {
	case float64:
		l, ok := left.(Duration)
		switch {
		case ok && operator == "*":
			return scale(l, r)
		case ok && operator == "/":
			return scale(l, 1/r)
		}
	case Duration:
		if l, ok := left.(Duration); ok {
			return calculateDurations(operator, l, r)
		}
		return move(left, operator, r)
	case time.Time, Date:
		return calculateWithTime(operator, left, r)
	}
	return nil
}

func calculateDurations(operator string, left, right Duration) any {
	switch operator {
	case "+":
		return checkedSum(left, right)
	case "-":
		return checkedSum(left, -right)
	case "/":
		if right == 0 {
			return nil
		}
		// The whole part is divided in whole numbers: the exact milliseconds since 1970 must not lose one to rounding.
		return float64(left/right) + float64(left%right)/float64(right)
	}
	return nil
}

func checkedSum(left, right Duration) any {
	sum := left + right
	if (left > 0 && right > 0 && sum < 0) || (left < 0 && right < 0 && sum >= 0) {
		return nil
	}
	return sum
}

func scale(d Duration, factor float64) any {
	if product := float64(d) * factor; math.Abs(product) < math.MaxInt64 {
		return Duration(math.Round(product))
	}
	return nil
}

// move adds a duration to a time or date, or takes it away. A date stays a date.
func move(when any, operator string, by Duration) any {
	switch operator {
	case "-":
		by = -by
	case "+":
	default:
		return nil
	}
	switch t := when.(type) {
	case time.Time:
		return t.Add(time.Duration(by))
	case Date:
		return dateOf(t.start().Add(time.Duration(by)))
	}
	return nil
}

func calculateWithTime(operator string, left, right any) any {
	if d, ok := left.(Duration); ok && operator == "+" {
		return move(right, operator, d)
	}
	if operator != "-" {
		return nil
	}
	switch l := left.(type) {
	case time.Time:
		if r, ok := right.(time.Time); ok {
			return Duration(l.Sub(r))
		}
	case Date:
		if r, ok := right.(Date); ok {
			return Duration(l.start().Sub(r.start()))
		}
	}
	return nil
}
