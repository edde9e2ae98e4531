package config

import (
	"errors"
	"fmt"
	"math"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	maxInt = math.MaxInt32
	// maxPartitions is what the upper bits of a key have room for.
	maxPartitions = 1 << 12
	maxPort       = 1<<16 - 1
)

// reader reads one variable after the other and gathers what is wrong.
type reader struct {
	lookup   func(name string) (string, bool)
	mistakes []error
}

func (r *reader) err() error { return errors.Join(r.mistakes...) }

func (r *reader) mistake(format string, args ...any) {
	r.mistakes = append(r.mistakes, fmt.Errorf(format, args...))
}

// value is a variable without the space around it; one that is empty counts as not set.
func (r *reader) value(name string) (string, bool) {
	value, ok := r.lookup(name)
	value = strings.TrimSpace(value)
	return value, ok && value != ""
}

func (r *reader) text(name, otherwise string) string {
	if value, ok := r.value(name); ok {
		return value
	}
	return otherwise
}

func (r *reader) number(name string, otherwise, least, most int) int {
	value, ok := r.value(name)
	if !ok {
		return otherwise
	}
	number, err := strconv.Atoi(value)
	if err != nil || number < least || number > most {
		r.mistake("%s must be a number from %d to %d, but is %q", name, least, most, value)
		return otherwise
	}
	return number
}

func (r *reader) flag(name string, otherwise bool) bool {
	value, ok := r.value(name)
	if !ok {
		return otherwise
	}
	switch strings.ToLower(value) {
	case "true":
		return true
	case "false":
		return false
	}
	r.mistake("%s must be true or false, but is %q", name, value)
	return otherwise
}

func (r *reader) port(name string, otherwise int) int { return r.number(name, otherwise, 1, maxPort) }

var (
	sizePattern     = regexp.MustCompile(`^(?i)(\d+)\s*(B|KB|MB|GB)?$`)
	durationPattern = regexp.MustCompile(`^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)
	units           = map[string]int64{"": 1, "B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
)

func (r *reader) size(name string, otherwise int64) int64 {
	value, ok := r.value(name)
	if !ok {
		return otherwise
	}
	parts := sizePattern.FindStringSubmatch(value)
	if parts != nil {
		number, err := strconv.ParseInt(parts[1], 10, 64)
		unit := units[strings.ToUpper(parts[2])]
		if err == nil && number > 0 && number <= math.MaxInt64/unit {
			return number * unit
		}
	}
	r.mistake("%s must be a size such as 16MB, but is %q", name, value)
	return otherwise
}

func (r *reader) duration(name string, otherwise time.Duration) time.Duration {
	value, ok := r.value(name)
	if !ok {
		return otherwise
	}
	d, err := parseDuration(value)
	if err != nil || d <= 0 {
		r.mistake("%s must be a duration such as 2500ms or PT2.5S, but is %q", name, value)
		return otherwise
	}
	return d
}

// parseDuration reads both notations that Zeebe's settings are written in: 2500ms and ISO 8601's PT2.5S.
func parseDuration(value string) (time.Duration, error) {
	parts := durationPattern.FindStringSubmatch(strings.ToUpper(value))
	if parts == nil {
		return time.ParseDuration(value)
	}
	var total time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if parts[i+1] == "" {
			continue
		}
		number, err := strconv.ParseFloat(parts[i+1], 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(number * float64(unit))
	}
	return total, nil
}

// hosts reads a list of host:port, where the port may be left out.
func (r *reader) hosts(name string, port int) []string {
	value, ok := r.value(name)
	if !ok {
		return nil
	}
	var hosts []string
	for _, each := range strings.Split(value, ",") {
		each = strings.TrimSpace(each)
		if !strings.Contains(each, ":") && each != "" {
			each = Address(each, port)
		}
		host, number, err := net.SplitHostPort(each)
		if _, notPort := strconv.ParseUint(number, 10, 16); err != nil || host == "" || notPort != nil {
			r.mistake("%s must be a list of host:port with commas between them, but has %q in it", name, each)
			return nil
		}
		hosts = append(hosts, each)
	}
	return hosts
}

func withPort(addresses []string, port int) []string {
	others := make([]string, len(addresses))
	for i, address := range addresses {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			host = address
		}
		others[i] = Address(host, port)
	}
	return others
}
