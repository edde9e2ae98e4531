package management

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

var started = time.Now()

// Metrics gathers gauges in Prometheus' text format.
type Metrics struct{ text bytes.Buffer }

// Labels tell the values of one gauge apart.
type Labels map[string]string

// Gauge begins a gauge, whose values follow.
func (m *Metrics) Gauge(name, help string) {
	fmt.Fprintf(&m.text, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name)
}

var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// Value adds a value of a gauge.
func (m *Metrics) Value(name string, labels Labels, value float64) {
	var pairs []string
	for _, label := range slices.Sorted(maps.Keys(labels)) {
		pairs = append(pairs, fmt.Sprintf(`%s="%s"`, label, escape.Replace(labels[label])))
	}
	if len(pairs) > 0 {
		name += "{" + strings.Join(pairs, ",") + "}"
	}
	fmt.Fprintf(&m.text, "%s %v\n", name, value)
}

func writeMetrics(w http.ResponseWriter, report func(*Metrics)) {
	m := &Metrics{}
	for _, each := range []struct {
		name, help string
		value      float64
	}{
		{"process_uptime_seconds", "Time since the process was started.", time.Since(started).Seconds()},
		{"process_resident_memory_bytes", "Resident memory.", residentMemory()},
		{"go_goroutines", "Goroutines that exist.", float64(runtime.NumGoroutine())},
	} {
		m.Gauge(each.name, each.help)
		m.Value(each.name, nil, each.value)
	}
	report(m)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	_, _ = io.Copy(w, &m.text)
}

// residentMemory is in bytes; 0 where the system does not tell it in Linux' way.
func residentMemory() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var total, resident float64
	if _, err := fmt.Sscan(string(text), &total, &resident); err != nil {
		return 0
	}
	return resident * float64(os.Getpagesize())
}
