package feel

import (
	"math"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for iso, want := range map[string]time.Duration{
		"PT10S": 10 * time.Second, "PT1M30S": 90 * time.Second, "P1DT2H": 26 * time.Hour, "PT0.5S": 500 * time.Millisecond,
		"PT0.001S": time.Millisecond, "P2W": 14 * 24 * time.Hour, "-PT1S": -time.Second, " PT0S ": 0, "PT100H": 100 * time.Hour,
	} {
		if got, err := ParseDuration(iso); err != nil || got != want {
			t.Errorf("%s: got %v, %v", iso, got, err)
		}
	}
	for _, iso := range []string{"", "P", "PT", "P1DT", "10S", "PT1X", "P1Y", "P1M", "PT-1S", "PT1.S", "PT1S1M", "P999999D", "PT0.0000000001S"} {
		if got, err := ParseDuration(iso); err == nil {
			t.Errorf("%q: parsed as %v", iso, got)
		}
	}
}

func TestDurationIsWrittenAsItIsRead(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "PT0S", time.Second: "PT1S", 26*time.Hour + time.Nanosecond: "P1DT2H0.000000001S", -90 * time.Minute: "-PT1H30M",
		24 * time.Hour: "P1D", 1500 * time.Millisecond: "PT1.5S", math.MinInt64: "-P106751DT23H47M16.854775808S",
	} {
		got := Duration(d).String()
		if got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
		if back, err := ParseDuration(got); err != nil || back != d {
			t.Errorf("%s: read back as %v, %v", got, back, err)
		}
	}
}
