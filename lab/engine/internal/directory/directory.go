// Package directory knows the cluster: its brokers, who leads which partition, and the way there.
package directory

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"zeebe-chaos/lab/engine/internal/wire"
)

// Silence is how long a broker may say nothing before it is taken for gone.
const Silence = time.Second

// Options are what a directory needs to begin.
type Options struct {
	// Contacts are addresses, host:port, of brokers or of a name that all of them have; one that answers is enough.
	Contacts []string
	// ClusterName is that of the brokers to listen to; others are ignored.
	ClusterName string
	Logger      *slog.Logger
}

// Directory watches every broker of a cluster for as long as it is open.
type Directory struct {
	clusterName string
	logger      *slog.Logger

	ctx      context.Context
	stop     context.CancelFunc
	watchers sync.WaitGroup

	mu      sync.Mutex
	peers   map[string]*peer // by address
	cluster *wire.Status     // the latest of any broker, nil at first; only what is the whole cluster's is of use
	changed chan struct{}    // closed and replaced at each change
}

// Open returns a directory that begins to look for the cluster.
func Open(options Options) *Directory {
	ctx, stop := context.WithCancel(context.Background())
	d := &Directory{
		clusterName: options.ClusterName,
		logger:      options.Logger,
		ctx:         ctx,
		stop:        stop,
		peers:       map[string]*peer{},
		changed:     make(chan struct{}),
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.watch(options.Contacts)
	return d
}

// Close ends the watching and gives up all connections; commands that were sent come to their end.
func (d *Directory) Close() {
	d.stop()
	d.watchers.Wait()
}

// Changed returns a channel that is closed at the next change of what the directory knows.
// Take it before asking, so that nothing is missed.
func (d *Directory) Changed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

// Partitions returns the numbers of the cluster's partitions; there are none as long as the cluster is not known.
func (d *Directory) Partitions() []int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cluster == nil {
		return nil
	}
	partitions := make([]int, d.cluster.PartitionsCount)
	for i := range partitions {
		partitions[i] = i + 1
	}
	return partitions
}

// Connection returns the way to a broker that can be reached, nil if it cannot.
func (d *Directory) Connection(node int) *wire.Connection {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.connection(node)
}

// connection needs the lock.
func (d *Directory) connection(node int) *wire.Connection {
	if d.cluster == nil || node < 0 || node >= len(d.cluster.Brokers) {
		return nil
	}
	if p := d.peers[d.cluster.Brokers[node]]; p != nil {
		return p.connection
	}
	return nil
}

// watch begins to watch the addresses that are not watched; it needs the lock.
func (d *Directory) watch(addresses []string) {
	for _, address := range addresses {
		if d.peers[address] != nil || d.ctx.Err() != nil {
			continue
		}
		p := &peer{directory: d, address: address}
		d.peers[address] = p
		d.watchers.Add(1)
		go func() {
			defer d.watchers.Done()
			p.follow(d.ctx)
		}()
	}
}

// change needs the lock.
func (d *Directory) change() {
	close(d.changed)
	d.changed = make(chan struct{})
}
