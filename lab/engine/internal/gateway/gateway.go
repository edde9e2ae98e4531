// Package gateway answers clients in Zeebe's gateway protocol.
package gateway

import (
	"context"
	"crypto/tls"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // clients compress without asking
	"google.golang.org/grpc/keepalive"

	"zeebe-chaos/lab/engine/internal/directory"
	"zeebe-chaos/lab/engine/internal/identity"
)

// messageLimit bounds a request, in bytes: the 4 MB that clients keep to, and room for what is around them.
const messageLimit = 4<<20 + 64<<10

// Options are what a gateway needs to begin.
type Options struct {
	Cluster *directory.Directory
	Version string
	Logger  *slog.Logger
	// TLS is how the gateway shows who it is; nil: plain text.
	TLS *tls.Config
	// Identity says who may call; nil: anybody.
	Identity identity.Checker
}

// Gateway takes the requests of clients to the brokers.
type Gateway struct {
	pb.UnimplementedGatewayServer
	cluster *directory.Directory
	version string
	logger  *slog.Logger
	server  *grpc.Server

	turn    atomic.Uint64
	closing context.Context // ends when waiting clients are to be sent away
	close   context.CancelFunc
	giving  sync.WaitGroup // back jobs that no client took
}

// New returns a gateway that answers once it serves.
func New(options Options) *Gateway {
	g := &Gateway{cluster: options.Cluster, version: options.Version, logger: options.Logger}
	g.closing, g.close = context.WithCancel(context.Background())
	g.turn.Store(rand.Uint64N(1 << 32)) // so that gateways do not all begin with the same partition
	g.server = grpc.NewServer(append(admission(options),
		grpc.MaxRecvMsgSize(messageLimit),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 30 * time.Second, Timeout: 10 * time.Second}),
	)...)
	pb.RegisterGatewayServer(g.server, g)
	return g
}

// Serve answers clients until the gateway is stopped; it returns what keeps it from listening, if anything.
func (g *Gateway) Serve(listener net.Listener) error { return g.server.Serve(listener) }

// Stop takes no more requests, ends those that wait for jobs, and lets the others end until the context does.
func (g *Gateway) Stop(ctx context.Context) {
	g.close()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		g.server.GracefulStop()
		g.giving.Wait()
	}()
	select {
	case <-stopped:
	case <-ctx.Done():
		g.server.Stop()
	}
}
