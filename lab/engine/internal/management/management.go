// Package management is what the management ports of brokers and gateways have in common: health and metrics over HTTP.
package management

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Options say what is told of a process.
type Options struct {
	// Obstacles returns a sentence for each thing that keeps the process from being ready; none: it is.
	Obstacles func() []string
	// Report adds the process's own metrics to those that every process has.
	Report func(*Metrics)
}

// NewMux returns the paths that brokers and gateways have in common; their own are added to it.
func NewMux(o Options) *http.ServeMux {
	mux := http.NewServeMux()
	readiness := func(w http.ResponseWriter, _ *http.Request) {
		if obstacles := o.Obstacles(); len(obstacles) > 0 {
			WriteJSON(w, http.StatusServiceUnavailable, health{Status: "DOWN", Obstacles: obstacles})
			return
		}
		WriteJSON(w, http.StatusOK, health{Status: "UP"})
	}
	for _, path := range []string{"/ready", "/health", "/actuator/health", "/actuator/health/readiness"} {
		mux.HandleFunc("GET "+path, readiness)
	}
	// A process that answers is alive and has started, whatever it waits for.
	alive := func(w http.ResponseWriter, _ *http.Request) { WriteJSON(w, http.StatusOK, health{Status: "UP"}) }
	for _, path := range []string{"/startup", "/actuator/health/startup", "/actuator/health/liveness"} {
		mux.HandleFunc("GET "+path, alive)
	}
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) { writeMetrics(w, o.Report) })
	return mux
}

type health struct {
	Status    string   `json:"status"`
	Obstacles []string `json:"obstacles,omitempty"`
}

// Serve answers on the listener until the server that it returns is closed.
func Serve(listener net.Listener, handler http.Handler, logger *slog.Logger) *http.Server {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("the management port does not answer any more", "reason", err)
		}
	}()
	return server
}

// WriteJSON answers a request with a JSON document.
func WriteJSON(w http.ResponseWriter, code int, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	// The client may be gone; there is nobody to tell.
	_ = json.NewEncoder(w).Encode(document)
}
