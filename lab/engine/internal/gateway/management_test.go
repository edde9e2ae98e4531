package gateway

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAGatewayIsReadyWhenSomePartitionHasALeader(t *testing.T) {
	for name, test := range map[string]struct {
		size       int
		leaderless []int
		code       int
	}{
		"no broker":   {0, nil, 503},
		"no leader":   {2, []int{1, 2}, 503},
		"one leader":  {2, []int{1}, 200},
		"all leaders": {2, nil, 200},
	} {
		t.Run(name, func(t *testing.T) {
			_, g, _ := started(t, test.size, test.leaderless...)
			if code, body := ask(g, http.MethodGet, "/actuator/health/readiness"); code != test.code {
				t.Errorf("answered %d, expected %d: %s", code, test.code, body)
			}
		})
	}
}

func TestRebalancingAsksEveryBroker(t *testing.T) {
	_, g, _ := started(t, 2)
	code, body := ask(g, http.MethodPost, "/actuator/rebalance")
	want := `[{"broker":0,"partition":1,"to":0},{"broker":1,"partition":2,"to":0}]`
	if code != 200 || strings.TrimSpace(body) != want {
		t.Errorf("answered %d %s, expected %s", code, body, want)
	}
}

func TestMetricsTellWhoLeads(t *testing.T) {
	_, g, _ := started(t, 2, 2)
	_, body := ask(g, http.MethodGet, "/metrics")
	for _, line := range []string{"engine_gateway_brokers 2\n", "engine_gateway_partition_leader{partition=\"1\"} 0\n", "engine_gateway_partition_leader{partition=\"2\"} -1\n"} {
		if !strings.Contains(body, line) {
			t.Errorf("the metrics have no %q:\n%s", line, body)
		}
	}
}

func ask(g *Gateway, method, path string) (int, string) {
	recorder := httptest.NewRecorder()
	g.Management().ServeHTTP(recorder, httptest.NewRequest(method, path, nil))
	return recorder.Code, recorder.Body.String()
}
