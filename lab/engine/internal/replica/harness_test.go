package replica

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"zeebe-chaos/lab/engine/internal/testnet"
	"zeebe-chaos/lab/engine/internal/transport"
)

const (
	testHeartbeat = 20 * time.Millisecond
	testElection  = 400 * time.Millisecond
	patience      = 15 * time.Second
)

// journal is a machine that keeps every entry, and answers with how many there are.
type journal struct {
	mu      sync.Mutex
	entries []string
	leading bool
}

func (j *journal) Apply(_ uint64, entry []byte) any {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, string(entry))
	return len(j.entries)
}

func (j *journal) Capture() Capture { return captured(j.all()) }

func (j *journal) all() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.entries)
}

func (j *journal) Restore(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "000001.sst"))
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = nil
	for len(data) > 0 {
		n := binary.LittleEndian.Uint32(data)
		j.entries = append(j.entries, string(data[4:4+n]))
		data = data[4+n:]
	}
	return nil
}

func (j *journal) LeaderChanged(leading bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.leading = leading
}

func (j *journal) isLeading() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.leading
}

type captured []string

func (c captured) Write(dir string) error {
	var data []byte
	for _, entry := range c {
		data = append(binary.LittleEndian.AppendUint32(data, uint32(len(entry))), entry...)
	}
	return os.WriteFile(filepath.Join(dir, "000001.sst"), data, 0o644)
}

// cluster is a group of three replicas in one process, connected over loopback.
type cluster struct {
	t       *testing.T
	dir     string
	members []int
	peers   map[int]string
	nodes   map[int]*node
	primary int
	period  time.Duration // of snapshots
}

type node struct {
	replica   *Replica
	transport *transport.Transport
	machine   *journal
}

func newCluster(t *testing.T, members ...int) *cluster {
	c := &cluster{t: t, dir: t.TempDir(), members: members, peers: map[int]string{}, nodes: map[int]*node{}, primary: members[0]}
	for _, n := range members {
		c.peers[n] = testnet.Address()
	}
	t.Cleanup(func() {
		for n := range c.nodes {
			c.kill(n)
		}
	})
	return c
}

func (c *cluster) folder(n int) string { return filepath.Join(c.dir, fmt.Sprint(n), "partitions", "1") }

func (c *cluster) logger() *slog.Logger {
	if os.Getenv("SHOW_LOG") != "" {
		return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return slog.New(slog.NewTextHandler(io.Discard, nil))
}

func (c *cluster) open(n int) error {
	l, err := net.Listen("tcp", c.peers[n])
	if err != nil {
		c.t.Fatal(err)
	}
	logger := c.logger().With("node", n)
	tr := transport.New(transport.Options{Node: n, Cluster: "test", Listener: l, Peers: c.peers, Logger: logger})
	machine := &journal{}
	r, err := Open(Options{
		Partition: 1, Node: n, Members: c.members, Primary: c.primary, Dir: c.folder(n), SegmentSize: 4 << 10, SnapshotPeriod: c.period,
		HeartbeatInterval: testHeartbeat, ElectionTimeout: testElection, Transport: tr, Machine: machine, Logger: logger,
	})
	if err != nil {
		tr.Close()
		return err
	}
	c.nodes[n] = &node{r, tr, machine}
	return nil
}

func (c *cluster) start(members ...int) {
	c.t.Helper()
	for _, n := range members {
		if err := c.open(n); err != nil {
			c.t.Fatal(err)
		}
	}
}

// kill ends a node as SIGKILL does: nothing is handed over or said.
func (c *cluster) kill(n int) {
	node := c.nodes[n]
	if node == nil {
		return
	}
	delete(c.nodes, n)
	node.transport.Close()
	node.replica.halt()
	<-node.replica.stopped
}

func (c *cluster) wipe(n int) {
	c.t.Helper()
	if err := os.RemoveAll(c.folder(n)); err != nil {
		c.t.Fatal(err)
	}
}

// eventually waits until a condition holds.
func (c *cluster) eventually(what string, condition func() bool) {
	c.t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			for n, node := range c.nodes {
				c.t.Logf("node %d: %+v", n, node.replica.Status())
			}
			c.t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// leader waits for a node that leads, and returns it.
func (c *cluster) leader() int {
	c.t.Helper()
	leader := NoNode
	c.eventually("a leader", func() bool {
		for n, node := range c.nodes {
			if node.replica.Status().Role == Leader && node.machine.isLeading() {
				leader = n
			}
		}
		return leader != NoNode
	})
	return leader
}

func (c *cluster) allReady() {
	c.t.Helper()
	c.eventually("all nodes are ready", func() bool {
		for _, node := range c.nodes {
			if !node.replica.Status().Ready {
				return false
			}
		}
		return true
	})
}

func (c *cluster) propose(n int, entry string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := c.nodes[n].replica.Propose(ctx, []byte(entry))
	return err
}

func (c *cluster) mustPropose(n, count int, name string) {
	c.t.Helper()
	for i := range count {
		if err := c.propose(n, fmt.Sprintf("%s %d", name, i)); err != nil {
			c.t.Fatal(err)
		}
	}
}

// converge waits until all nodes have applied the same entries, and returns these.
func (c *cluster) converge() []string {
	c.t.Helper()
	var entries []string
	c.eventually("all nodes have the same entries", func() bool {
		first := true
		for _, node := range c.nodes {
			if first {
				entries, first = node.machine.all(), false
			} else if !slices.Equal(entries, node.machine.all()) {
				return false
			}
		}
		return true
	})
	return entries
}
