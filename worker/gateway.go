package main

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

// connect returns a connection to the gateway at host:port that is made, and made again, whenever a call needs it.
func connect(address string) (*grpc.ClientConn, error) {
	// passthrough: the name is looked up on every attempt to connect; gRPC's own resolver backs off for up to two
	// minutes when DNS fails.
	return grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDisableRetry(),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 2, MaxDelay: 500 * time.Millisecond},
			MinConnectTimeout: 2 * time.Second,
		}),
		// Zeebe's gateway hangs up on pings more often than every 30 s. A gateway that vanishes without a word is seen
		// sooner: Timeout is also TCP's limit (TCP_USER_TIMEOUT) for what was sent and not acknowledged.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 5 * time.Second}),
	)
}
