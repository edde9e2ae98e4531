package main

import (
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/keepalive"
)

// connect returns a connection to the gateway at host:port that is made, and made again, whenever a call needs it; an error
// is one sentence.
func connect(address string, access access) (*grpc.ClientConn, error) {
	options, err := access.options()
	if err != nil {
		return nil, err
	}
	// passthrough: the name is looked up on every attempt to connect; gRPC's own resolver backs off for up to two
	// minutes when DNS fails.
	connection, err := grpc.NewClient("passthrough:///"+address, append(options,
		grpc.WithDisableRetry(),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 2, MaxDelay: 500 * time.Millisecond},
			MinConnectTimeout: 2 * time.Second,
		}),
		// Zeebe's gateway hangs up on pings more often than every 30 s. A gateway that vanishes without a word is seen
		// sooner: Timeout is also TCP's limit (TCP_USER_TIMEOUT) for what was sent and not acknowledged.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 5 * time.Second}),
	)...)
	if err != nil {
		return nil, fmt.Errorf("ZEEBE_ADDRESS is expected to be host:port, found %q: %w.", address, err)
	}
	return connection, nil
}
