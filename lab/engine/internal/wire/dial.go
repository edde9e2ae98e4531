package wire

import (
	"context"
	"errors"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

const (
	resolveTimeout = 2 * time.Second
	// handshakeTimeout is short: where packets are dropped the kernel sends its second SYN after 1 s, its third after 3 s,
	// and a broker that can be reached again should not be found only then.
	handshakeTimeout = 250 * time.Millisecond
	firstBackoff     = 50 * time.Millisecond
	longestBackoff   = 250 * time.Millisecond
	connectTimeout   = 2 * time.Second // for gRPC's own handshake as well, which needs the broker's attention
)

func newChannel(address string) (*grpc.ClientConn, error) {
	return grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(dial),
		grpc.WithDisableRetry(),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: firstBackoff, Multiplier: 1.6, Jitter: 0.2, MaxDelay: longestBackoff},
			MinConnectTimeout: connectTimeout,
		}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: pingAfter, Timeout: pingTimeout}),
		grpc.WithDefaultCallOptions(
			grpc.ForceCodec(codec{}),
			grpc.MaxCallRecvMsgSize(messageLimit),
			grpc.MaxCallSendMsgSize(messageLimit),
		),
	)
}

// dial looks the host up each time, as a pod that was replaced has another address under the same name.
func dial(ctx context.Context, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	resolving, cancel := context.WithTimeout(ctx, resolveTimeout)
	defer cancel()
	ips, err := net.DefaultResolver.LookupHost(resolving, host)
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{Timeout: handshakeTimeout}
	var failures []error
	for _, ip := range ips {
		connection, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(ip, port))
		if err == nil {
			return connection, nil
		}
		failures = append(failures, err)
	}
	return nil, errors.Join(failures...)
}
