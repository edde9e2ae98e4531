package main

import (
	"testing"
	"time"
)

func read(pairs map[string]string) (settings, error) {
	return readSettings(func(name string) string { return pairs[name] })
}

func TestDefaults(t *testing.T) {
	s, err := read(map[string]string{"ZEEBE_ADDRESS": "gateway:26500", "JOB_TYPE": "work"})
	expected := settings{"gateway:26500", "work", hostName(), 8, 10 * time.Second, 100 * time.Millisecond, ":8080", access{}}
	if err != nil || s != expected {
		t.Errorf("expected %v, found %v, %v", expected, s, err)
	}
}

func TestRefusals(t *testing.T) {
	const gateway = "ZEEBE_ADDRESS is expected to be the host:port of Zeebe's gateway, found "
	for _, c := range []struct{ name, value, sentence string }{
		{"ZEEBE_ADDRESS", "", gateway + `"".`},
		{"ZEEBE_ADDRESS", "gateway", gateway + `"gateway".`},
		{"ZEEBE_ADDRESS", ":26500", gateway + `":26500".`},
		{"ZEEBE_ADDRESS", "gateway:0", gateway + `"gateway:0".`},
		{"ZEEBE_ADDRESS", "gateway:70000", gateway + `"gateway:70000".`},
		{"JOB_TYPE", "", `JOB_TYPE is expected to be the type of the jobs to take, found "".`},
		{"CAPACITY", "0", `CAPACITY is expected to be a whole number from 1, found "0".`},
		{"CAPACITY", "many", `CAPACITY is expected to be a whole number from 1, found "many".`},
		{"JOB_TIMEOUT", "0", `JOB_TIMEOUT is expected to be a duration such as 250ms or 10s, of at least 1ms, found "0".`},
		{"WORK", "100", `WORK is expected to be a duration such as 250ms or 10s, of at least 0s, found "100".`},
		{"LISTEN", "8080", `LISTEN is expected to be host:port or :port, found "8080".`},
	} {
		pairs := map[string]string{"ZEEBE_ADDRESS": "gateway:26500", "JOB_TYPE": "work"}
		pairs[c.name] = c.value
		if _, err := read(pairs); err == nil || err.Error() != c.sentence {
			t.Errorf("%s=%q: expected %s, found %v", c.name, c.value, c.sentence, err)
		}
	}
}
