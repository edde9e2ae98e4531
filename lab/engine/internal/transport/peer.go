package transport

import (
	"io"
	"net"
	"sync"
	"time"

	pb "go.etcd.io/raft/v3/raftpb"
)

const (
	reconnectPause = 100 * time.Millisecond
	pingInterval   = time.Second // a peer that answers no ping within the silence time-out has vanished
	queueLength    = 4096
	queueBytes     = 32 << 20
)

// peer is another node, and the connection over which raft messages go to it.
type peer struct {
	transport *Transport
	node      int
	address   string
	wake      chan struct{} // has an element while the queue may have one

	mu        sync.Mutex
	known     []string // the addresses that its name resolved to last
	connected bool
	queue     [][]byte
	queued    int // bytes in queue
}

func newPeer(t *Transport, node int, address string) *peer {
	return &peer{transport: t, node: node, address: address, wake: make(chan struct{}, 1)}
}

// send queues a message if the peer is connected and the queue has room.
func (p *peer) send(m Message) {
	encoded, err := encodeMessage(m)
	if err == nil && p.enqueue(encoded) {
		return
	}
	// Raft takes an append for delivered until it is told otherwise.
	if m.Raft.Type == pb.MsgApp {
		if h, err := p.transport.handler(m.Partition); err == nil {
			h.Unreachable(p.node)
		}
	}
}

func (p *peer) enqueue(encoded []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.connected || len(p.queue) >= queueLength || p.queued+len(encoded) > queueBytes {
		return false
	}
	p.queue = append(p.queue, encoded)
	p.queued += len(encoded)
	select {
	case p.wake <- struct{}{}:
	default:
	}
	return true
}

func (p *peer) takeAll() [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.queue
	p.queue, p.queued = nil, 0
	return all
}

func (p *peer) setConnected(connected bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.connected, p.queue, p.queued = connected, nil, 0
}

// run keeps a connection to the peer until the transport is closed.
func (p *peer) run() {
	logger := p.transport.options.Logger.With("peer", p.node, "address", p.address)
	said := ""
	for p.transport.ctx.Err() == nil {
		c, err := p.transport.open(p.transport.ctx, p.node, kindRaft)
		if err == nil {
			logger.Info("connected")
			p.setConnected(true)
			err = p.serve(c)
			p.setConnected(false)
			for _, h := range p.transport.allHandlers() {
				h.Unreachable(p.node)
			}
			said = ""
		}
		// The same reason every 100 ms would hide everything else in the log.
		if p.transport.ctx.Err() == nil && err.Error() != said {
			said = err.Error()
			logger.Warn("not connected", "error", said)
		}
		select {
		case <-time.After(reconnectPause):
		case <-p.transport.ctx.Done():
		}
	}
}

// serve writes queued messages, and pings, until the connection fails; it returns why.
func (p *peer) serve(c net.Conn) error {
	lost := make(chan error, 1)
	p.transport.spawn(func() {
		// Each answer to a ping is one byte; nothing else arrives on this side.
		_, err := io.Copy(io.Discard, &patientConn{c})
		if err == nil {
			err = io.EOF
		}
		lost <- err
	})
	defer p.transport.closeConn(c)
	ping := time.NewTicker(pingInterval)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-p.wake:
			for _, encoded := range p.takeAll() {
				if err = writeFrame(c, encoded); err != nil {
					break
				}
			}
		case <-ping.C:
			err = writeFrame(c, nil)
		case err = <-lost:
		}
		if err != nil {
			return err
		}
	}
}
