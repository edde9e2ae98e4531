// Package transport carries messages between the nodes of a cluster: the raft messages of all partitions over one connection a
// peer and direction, and snapshots and questions over short connections of their own.
//
// Whoever opens a connection says first which cluster and node it is, which node it wants to reach and what for; the other side
// checks that and says which node it is. So a node whose address another one got meanwhile is never mistaken for it.
//
// Raft messages may be lost: raft sends again what matters. They are dropped rather than kept while a peer cannot be reached, so
// that it is not met by stale ones when it can.
package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"

	pb "go.etcd.io/raft/v3/raftpb"
)

// Message is a raft message and what the replicas tell each other with it.
type Message struct {
	Partition   int
	Incarnation uint64 // of the sender's folder
	Commit      uint64 // the sender's commit index if it leads and has committed an entry of its term, else 0
	Raft        pb.Message
}

// Handler takes what arrives for one partition. Its methods are called from many goroutines.
type Handler interface {
	// Receive takes a message; it must not block.
	Receive(from int, m Message)
	// ReceiveSnapshot reads a snapshot that goes with the message m; it returns when the snapshot is installed or refused.
	ReceiveSnapshot(from int, m Message, r io.Reader) error
	// Answer answers a question.
	Answer(from int) ([]byte, error)
	// Unreachable says that messages to a node are being lost; it must not block.
	Unreachable(node int)
}

// Options say who this node is and whom it reaches.
type Options struct {
	Node     int
	Cluster  string
	Listener net.Listener   // closed by Close
	Peers    map[int]string // host:port by node; this node's own is not used
	Logger   *slog.Logger
}

// Transport is one node's end of the connections to all others.
type Transport struct {
	options Options
	peers   map[int]*peer
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu          sync.Mutex
	handlers    map[int]Handler
	connections map[net.Conn]struct{}
}

// New starts listening, and connecting to every peer.
func New(o Options) *Transport {
	ctx, cancel := context.WithCancel(context.Background())
	t := &Transport{
		options: o, ctx: ctx, cancel: cancel,
		peers: map[int]*peer{}, handlers: map[int]Handler{}, connections: map[net.Conn]struct{}{},
	}
	for node, address := range o.Peers {
		if node != o.Node {
			t.peers[node] = newPeer(t, node, address)
		}
	}
	for _, p := range t.peers {
		t.spawn(p.run)
	}
	t.spawn(t.accept)
	return t
}

func (t *Transport) spawn(f func()) {
	t.running.Add(1)
	go func() {
		defer t.running.Done()
		f()
	}()
}

// Register makes a handler take what arrives for a partition; nil takes it away.
func (t *Transport) Register(partition int, h Handler) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if h == nil {
		delete(t.handlers, partition)
	} else {
		t.handlers[partition] = h
	}
}

// Send queues a message for a node, or drops it if the node cannot be reached or its queue is full. It never blocks.
func (t *Transport) Send(to int, m Message) {
	if p := t.peers[to]; p != nil {
		p.send(m)
	}
}

// SendSnapshot sends what write writes together with the message m, and returns when the node has installed it.
func (t *Transport) SendSnapshot(ctx context.Context, to int, m Message, write func(io.Writer) error) error {
	c, err := t.open(ctx, to, kindSnapshot)
	if err != nil {
		return err
	}
	defer t.closeConn(c)
	defer context.AfterFunc(ctx, func() { c.Close() })()
	encoded, err := encodeMessage(m)
	if err != nil {
		return err
	}
	if err := writeFrame(c, encoded); err != nil {
		return err
	}
	if err := write(&patientConn{c}); err != nil {
		return err
	}
	_, err = readAnswer(c, installTimeout)
	return err
}

// Ask asks a node what it has of a partition; the answer is that of the partition's handler there.
func (t *Transport) Ask(ctx context.Context, to, partition int) ([]byte, error) {
	c, err := t.open(ctx, to, kindQuestion)
	if err != nil {
		return nil, err
	}
	defer t.closeConn(c)
	defer context.AfterFunc(ctx, func() { c.Close() })()
	encoded, err := encodeMessage(Message{Partition: partition})
	if err != nil {
		return nil, err
	}
	if err := writeFrame(c, encoded); err != nil {
		return nil, err
	}
	return readAnswer(c, silenceTimeout)
}

// Close closes the listener and all connections, and returns when all is at rest.
func (t *Transport) Close() error {
	t.cancel()
	err := t.options.Listener.Close()
	t.mu.Lock()
	for c := range t.connections {
		c.Close()
	}
	t.mu.Unlock()
	t.running.Wait()
	return err
}

func (t *Transport) handler(partition int) (Handler, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.handlers[partition]
	if h == nil {
		return nil, fmt.Errorf("node %d has no running replica of partition %d", t.options.Node, partition)
	}
	return h, nil
}

func (t *Transport) allHandlers() []Handler {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]Handler, 0, len(t.handlers))
	for _, h := range t.handlers {
		all = append(all, h)
	}
	return all
}

var errClosed = errors.New("the transport is closed")

// track makes Close close a connection; it is refused once the transport is closed.
func (t *Transport) track(c net.Conn) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() != nil {
		c.Close()
		return errClosed
	}
	t.connections[c] = struct{}{}
	return nil
}

func (t *Transport) closeConn(c net.Conn) {
	t.mu.Lock()
	delete(t.connections, c)
	t.mu.Unlock()
	c.Close()
}
