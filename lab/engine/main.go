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
	addresses := []string{
		config.Address(c.BindHost, c.CommandPort), config.Address(c.BindHost, c.InternalPort), config.Address(c.BindHost, c.ManagementPort),
	}
	if c.Gateway != nil {
		addresses = append(addresses, config.Address(c.Gateway.BindHost, c.Gateway.Port))
	}
	listeners, err := listen(addresses...)
	if err != nil {
		return err
	}
	options := broker.Options{
		Config: c, Version: Version, Logger: logger,
		Listeners: broker.Listeners{Command: listeners[0], Internal: listeners[1], Management: listeners[2]},
	}
	var inside *entrance
	if c.Gateway != nil {
		if inside, err = openEntrance(listeners[3], *c.Gateway, logger); err != nil {
			return err
		}
		options.Actuators = inside.gateway.Management()
	}
	b, err := broker.Start(options)
	if err != nil {
		return err
	}
	err = inside.serve(ctx)
	logger.Info("the broker stops")
	stopping, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		inside.stop(stopping)
	}()
	b.Stop(stopping)
	<-gone
	return err
}

func runGateway(ctx context.Context, logger *slog.Logger) error {
	c, err := config.ReadGateway(os.LookupEnv)
	if err != nil {
		return err
	}
	listeners, err := listen(config.Address(c.BindHost, c.Port), config.Address(c.BindHost, c.ManagementPort))
	if err != nil {
		return err
	}
	logger.Info(strings.ReplaceAll(Version, "/", " ") + " gateway; this is not Zeebe")
	alone, err := openEntrance(listeners[0], c, logger)
	if err != nil {
		return err
	}
	server := management.Serve(listeners[1], alone.gateway.Management(), logger)
	defer server.Close()
	err = alone.serve(ctx)
	logger.Info("the gateway stops")
	stopping, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	alone.stop(stopping)
	return err
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
