// Command engine is a small replicated process engine that speaks Zeebe's gateway protocol. It is not Zeebe.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"zeebe-chaos/lab/engine/internal/broker"
	"zeebe-chaos/lab/engine/internal/config"
	"zeebe-chaos/lab/engine/internal/directory"
	"zeebe-chaos/lab/engine/internal/gateway"
	"zeebe-chaos/lab/engine/internal/identity"
	"zeebe-chaos/lab/engine/internal/management"
	"zeebe-chaos/lab/engine/internal/planted"
)

// Version is what clients are told.
const Version = "zeebe-chaos-engine/0.1.0" + planted.Suffix

// stopWithin bounds the time from the signal to the end, so that nobody loses patience and kills the process.
const stopWithin = 4500 * time.Millisecond

const usage = "usage: engine broker|gateway; the settings are read from the environment, under Zeebe's names"

func main() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, nil))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, os.Args[1:], logger); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, logger *slog.Logger) error {
	if len(args) == 1 {
		switch args[0] {
		case "broker":
			return runBroker(ctx, logger)
		case "gateway":
			return runGateway(ctx, logger)
		}
	}
	return errors.New(usage)
}

func runBroker(ctx context.Context, logger *slog.Logger) error {
	c, err := config.ReadBroker(os.LookupEnv)
	if err != nil {
		return err
	}
	listeners, err := listen(
		config.Address(c.BindHost, c.CommandPort), config.Address(c.BindHost, c.InternalPort), config.Address(c.BindHost, c.ManagementPort))
	if err != nil {
		return err
	}
	b, err := broker.Start(broker.Options{
		Config: c, Version: Version, Logger: logger,
		Listeners: broker.Listeners{Command: listeners[0], Internal: listeners[1], Management: listeners[2]},
	})
	if err != nil {
		return err
	}
	<-ctx.Done()
	logger.Info("the broker stops")
	stopping, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	b.Stop(stopping)
	return nil
}

func runGateway(ctx context.Context, logger *slog.Logger) error {
	c, err := config.ReadGateway(os.LookupEnv)
	if err != nil {
		return err
	}
	secured, err := gateway.LoadTLS(c.TLS)
	if err != nil {
		return err
	}
	listeners, err := listen(config.Address(c.BindHost, c.Port), config.Address(c.BindHost, c.ManagementPort))
	if err != nil {
		return err
	}
	logger.Info(strings.ReplaceAll(Version, "/", " ") + " gateway; this is not Zeebe")
	cluster := directory.Open(directory.Options{Contacts: c.Contacts, ClusterName: c.ClusterName, Logger: logger})
	defer cluster.Close()
	g := gateway.New(gateway.Options{
		Cluster: cluster, Version: Version, Logger: logger, TLS: secured, Identity: identity.Open(c.Authentication, logger),
	})
	server := management.Serve(listeners[1], g.Management(), logger)
	defer server.Close()
	served := make(chan error, 1)
	go func() { served <- g.Serve(listeners[0]) }()
	select {
	case err := <-served:
		return fmt.Errorf("the gateway does not answer any more: %w", err)
	case <-ctx.Done():
	}
	logger.Info("the gateway stops")
	stopping, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	g.Stop(stopping)
	return nil
}

func listen(addresses ...string) ([]net.Listener, error) {
	var listeners []net.Listener
	for _, address := range addresses {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			for _, each := range listeners {
				each.Close()
			}
			return nil, fmt.Errorf("cannot listen on %s: %w", address, err)
		}
		listeners = append(listeners, listener)
	}
	return listeners, nil
}
