package management

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestReadinessFollowsTheObstaclesAndLivenessDoesNot(t *testing.T) {
	var obstacles []string
	mux := NewMux(Options{Obstacles: func() []string { return obstacles }, Report: func(*Metrics) {}})
	for _, test := range []struct {
		path      string
		obstacles []string
		code      int
	}{
		{"/ready", nil, 200},
		{"/ready", []string{"Partition 1 is behind."}, 503},
		{"/actuator/health/readiness", []string{"Partition 1 is behind."}, 503},
		{"/actuator/health/liveness", []string{"Partition 1 is behind."}, 200},
		{"/startup", []string{"Partition 1 is behind."}, 200},
	} {
		obstacles = test.obstacles
		code, body := get(mux, test.path)
		if code != test.code {
			t.Errorf("%s with obstacles %v answered %d, expected %d", test.path, test.obstacles, code, test.code)
		}
		if code == 503 && !strings.Contains(body, "Partition 1 is behind.") {
			t.Errorf("%s does not say why: %s", test.path, body)
		}
	}
}

func TestMetricsAreInPrometheusText(t *testing.T) {
	mux := NewMux(Options{Report: func(m *Metrics) {
		m.Gauge("engine_term", "The term.")
		m.Value("engine_term", Labels{"partition": "1", "why": "a \"b\"\n"}, 7)
	}})
	_, body := get(mux, "/metrics")
	for _, line := range []string{
		"# TYPE engine_term gauge\n", `engine_term{partition="1",why="a \"b\"\n"} 7` + "\n", "# TYPE process_resident_memory_bytes gauge\n",
	} {
		if !strings.Contains(body, line) {
			t.Errorf("the metrics have no %q:\n%s", line, body)
		}
	}
}

func get(handler http.Handler, path string) (int, string) {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	body, _ := io.ReadAll(recorder.Body)
	return recorder.Code, string(body)
}
