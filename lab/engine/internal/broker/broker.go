// Package broker is a node of the cluster: its replicas of partitions and the ports at which they are reached.
package broker

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"

	"zeebe-chaos/lab/engine/internal/config"
	"zeebe-chaos/lab/engine/internal/directory"
	"zeebe-chaos/lab/engine/internal/management"
	"zeebe-chaos/lab/engine/internal/transport"
	"zeebe-chaos/lab/engine/internal/wire"
)

const (
	// handoverTimeout and callsTimeout bound what a broker does before it stops; together they leave room within the 5 s after
	// which patience with a stopping broker may be at its end.
	handoverTimeout = 3 * time.Second
	callsTimeout    = time.Second
)

// Listeners are the ports of a broker; it closes them when it stops.
type Listeners struct {
	Command    net.Listener // what gateways and other brokers ask
	Internal   net.Listener // replication
	Management net.Listener // health and actuators
}

// Options are what a broker needs to start.
type Options struct {
	Config    config.Broker
	Listeners Listeners
	Version   string // name/number
	Logger    *slog.Logger
	// Actuators answers what the broker's management port does not know: that of a gateway inside the broker; nil where none is.
	Actuators http.Handler
}

// Broker is a node that runs.
type Broker struct {
	Options
	cluster    *directory.Directory
	transport  *transport.Transport
	replicas   []*hosted
	calls      *grpc.Server
	management *http.Server

	stopping   context.Context // ends when the broker begins to stop
	beginStop  context.CancelFunc
	leaving    context.Context // ends when calls that wait are to end
	leave      context.CancelFunc
	background sync.WaitGroup
}

// Start starts a broker. Partitions whose files are damaged are left out and told of; any other failure is returned.
func Start(options Options) (*Broker, error) {
	c := options.Config
	options.Logger.Info(fmt.Sprintf("%s broker %d of %d, partitions %s; this is not Zeebe",
		strings.ReplaceAll(options.Version, "/", " "), c.Node, c.ClusterSize, listed(c.Partitions())))
	b := &Broker{Options: options}
	b.stopping, b.beginStop = context.WithCancel(context.Background())
	b.leaving, b.leave = context.WithCancel(context.Background())
	b.cluster = directory.Open(directory.Options{Contacts: c.Command, ClusterName: c.ClusterName, Logger: options.Logger})
	peers := map[int]string{}
	for node, address := range c.Internal {
		peers[node] = address
	}
	b.transport = transport.New(transport.Options{
		Node: c.Node, Cluster: c.ClusterName, Listener: options.Listeners.Internal, Peers: peers, Logger: options.Logger,
	})
	b.calls = wire.NewServer(service{b})
	if err := b.openPartitions(); err != nil {
		b.Stop(b.stopping)
		return nil, err
	}
	b.spawn(func() {
		if err := b.calls.Serve(options.Listeners.Command); err != nil {
			options.Logger.Error("the command port does not answer any more", "reason", err)
		}
	})
	b.management = management.Serve(options.Listeners.Management, b.Management(), options.Logger)
	b.spawn(b.repeatDamages)
	return b, nil
}

// Stop hands leaderships over and stops; the context bounds that and how long calls in progress may take.
func (b *Broker) Stop(ctx context.Context) {
	b.beginStop()
	b.closePartitions(ctx)
	b.cluster.Close()
	b.leave()
	b.stopCalls(ctx)
	b.transport.Close()
	if b.management == nil {
		b.Listeners.Management.Close()
	} else {
		b.management.Close()
	}
	b.background.Wait()
}

func (b *Broker) stopCalls(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callsTimeout)
	defer cancel()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		b.calls.GracefulStop()
	}()
	select {
	case <-stopped:
	case <-ctx.Done():
		b.calls.Stop()
	}
	b.Listeners.Command.Close()
}

func (b *Broker) spawn(f func()) {
	b.background.Add(1)
	go func() {
		defer b.background.Done()
		f()
	}()
}

func listed(numbers []int) string {
	if len(numbers) == 0 {
		return "none"
	}
	texts := make([]string, len(numbers))
	for i, number := range numbers {
		texts[i] = fmt.Sprint(number)
	}
	return strings.Join(texts, ", ")
}
