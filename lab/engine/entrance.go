package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"

	"zeebe-chaos/lab/engine/internal/config"
	"zeebe-chaos/lab/engine/internal/directory"
	"zeebe-chaos/lab/engine/internal/gateway"
	"zeebe-chaos/lab/engine/internal/identity"
)

// entrance is a gateway together with what it knows of the cluster; a nil one is none.
type entrance struct {
	gateway  *gateway.Gateway
	cluster  *directory.Directory
	listener net.Listener
}

func openEntrance(listener net.Listener, c config.Gateway, logger *slog.Logger) (*entrance, error) {
	tls, err := gateway.LoadTLS(c.TLS)
	if err != nil {
		return nil, err
	}
	cluster := directory.Open(directory.Options{Contacts: c.Contacts, ClusterName: c.ClusterName, Logger: logger})
	g := gateway.New(gateway.Options{
		Cluster: cluster, Version: Version, Logger: logger, TLS: tls, Identity: identity.Open(c.Authentication, logger),
	})
	return &entrance{gateway: g, cluster: cluster, listener: listener}, nil
}

// serve answers clients until the context ends; it returns what keeps it from answering before that.
func (e *entrance) serve(ctx context.Context) error {
	if e == nil {
		<-ctx.Done()
		return nil
	}
	served := make(chan error, 1)
	go func() { served <- e.gateway.Serve(e.listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("the gateway does not answer any more: %w", err)
	case <-ctx.Done():
		return nil
	}
}

// stop ends it; the context bounds how long calls in progress may take.
func (e *entrance) stop(ctx context.Context) {
	if e == nil {
		return
	}
	e.gateway.Stop(ctx)
	e.cluster.Close()
}
