// Command worker is a Zeebe job worker that tells on stdout, in JSON lines, what became of every job it took.
//
// Its settings are environment variables (settings.go), its lines are in journal.go. GET /ready on LISTEN answers 200
// once the gateway has answered. SIGTERM and SIGINT stop it gracefully, with exit code 0; a setting that cannot be used
// ends it with 2.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// run works until it is told to stop; it returns an error only for settings that cannot be used.
func run() error {
	ctx, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer release()
	s, err := readSettings(os.Getenv)
	if err != nil {
		return err
	}
	connection, err := connect(s.gateway, s.access)
	if err != nil {
		return err
	}
	defer connection.Close()
	listener, err := net.Listen("tcp", s.listen)
	if err != nil {
		return fmt.Errorf("LISTEN is expected to be an address that is free here, found %q: %w.", s.listen, err)
	}
	w := newWorker(s, pb.NewGatewayClient(connection), &journal{out: os.Stdout, worker: s.worker})
	go http.Serve(listener, readiness(w))
	w.journal.write(started)
	w.run(ctx)
	return nil
}

func readiness(w *worker) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ready", func(response http.ResponseWriter, _ *http.Request) {
		if !w.answered.Load() {
			http.Error(response, "the gateway has not answered yet", http.StatusServiceUnavailable)
		}
	})
	return mux
}
