package main

import (
	"fmt"
	"math"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// settings is everything a worker is told, all of it by the environment; an empty variable counts as unset.
type settings struct {
	gateway    string        // host:port of Zeebe's gateway
	jobType    string        // the type of the jobs it takes
	worker     string        // its name, in the journal and in what it completes
	capacity   int           // the most jobs in hand at once
	jobTimeout time.Duration // how long a job is its own
	work       time.Duration // how long the work on a job takes
	listen     string        // host:port of /ready
	access     access        // how the gateway is reached, and as whom
}

// readSettings returns the settings, or an error that is one sentence: what was expected and what was found.
func readSettings(env func(string) string) (settings, error) {
	r := reader{env: env}
	s := settings{
		gateway:    r.address("ZEEBE_ADDRESS", "", "the host:port of Zeebe's gateway"),
		jobType:    r.text("JOB_TYPE", "", "the type of the jobs to take"),
		worker:     r.text("WORKER_NAME", hostName(), "a name where the host has none"),
		capacity:   r.count("CAPACITY", 8),
		jobTimeout: r.duration("JOB_TIMEOUT", 10*time.Second, time.Millisecond),
		work:       r.duration("WORK", 100*time.Millisecond, 0),
		listen:     r.address("LISTEN", ":8080", "host:port or :port"),
		access:     r.access(),
	}
	if strings.HasPrefix(s.gateway, ":") || strings.HasSuffix(s.gateway, ":0") {
		r.refuse("ZEEBE_ADDRESS", "the host:port of Zeebe's gateway", s.gateway)
	}
	return s, r.err
}

func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}

// reader reads variables and keeps the first error.
type reader struct {
	env func(string) string
	err error
}

func (r *reader) refuse(name, expected, found string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s is expected to be %s, found %q.", name, expected, found)
	}
}

func (r *reader) text(name, otherwise, expected string) string {
	value := r.env(name)
	if value == "" {
		value = otherwise
	}
	if value == "" {
		r.refuse(name, expected, value)
	}
	return value
}

func (r *reader) address(name, otherwise, expected string) string {
	value := r.text(name, otherwise, expected)
	_, port, err := net.SplitHostPort(value)
	if _, notPort := strconv.ParseUint(port, 10, 16); err != nil || notPort != nil {
		r.refuse(name, expected, value)
	}
	return value
}

func (r *reader) count(name string, otherwise int) int {
	value := r.env(name)
	if value == "" {
		return otherwise
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > math.MaxInt32 {
		r.refuse(name, "a whole number from 1", value)
	}
	return n
}

func (r *reader) duration(name string, otherwise, least time.Duration) time.Duration {
	value := r.env(name)
	if value == "" {
		return otherwise
	}
	d, err := time.ParseDuration(value)
	if err != nil || d < least {
		r.refuse(name, fmt.Sprintf("a duration such as 250ms or 10s, of at least %s", least), value)
	}
	return d
}
