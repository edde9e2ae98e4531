package transport

import (
	"context"
	"fmt"
	"net"
	"time"
)

const (
	// A first packet that is lost is sent again after 1 s: giving up earlier and trying anew finds a peer sooner that can be
	// reached again.
	dialTimeout  = 400 * time.Millisecond
	helloTimeout = time.Second // a peer whose machine takes the connection may not be running
	// Names are resolved at every attempt, since a peer may come back under another address; where one is known from before,
	// a name service that does not answer must not be waited for.
	resolveTimeout      = 2 * time.Second
	resolveTimeoutKnown = 400 * time.Millisecond
)

// open connects to a node for one purpose; both sides have said who they are then.
func (t *Transport) open(ctx context.Context, to int, k kind) (net.Conn, error) {
	p := t.peers[to]
	if p == nil {
		return nil, fmt.Errorf("node %d is not a peer of node %d", to, t.options.Node)
	}
	c, err := p.dial(ctx)
	if err != nil {
		return nil, err
	}
	if err := t.track(c); err != nil {
		return nil, err
	}
	if err := t.introduce(c, to, k); err != nil {
		t.closeConn(c)
		return nil, fmt.Errorf("connect to node %d at %s: %w", to, c.RemoteAddr(), err)
	}
	return c, nil
}

func (t *Transport) introduce(c net.Conn, to int, k kind) error {
	if err := writeHello(c, hello{Cluster: t.options.Cluster, From: t.options.Node, To: to, Kind: k}); err != nil {
		return err
	}
	h, err := readHello(c, helloTimeout)
	switch {
	case err != nil:
		return err
	case h.Error != "":
		return fmt.Errorf("refused: %s", h.Error)
	case h.Cluster != t.options.Cluster || h.From != to:
		return fmt.Errorf("node %d of cluster %q is expected there, and node %d of cluster %q is", to, t.options.Cluster, h.From, h.Cluster)
	}
	return nil
}

// dial connects to one of the peer's present addresses, or the last known one if its name does not resolve.
func (p *peer) dial(ctx context.Context) (net.Conn, error) {
	host, port, err := net.SplitHostPort(p.address)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	addresses := p.known
	p.mu.Unlock()
	timeout := resolveTimeout
	if len(addresses) > 0 {
		timeout = resolveTimeoutKnown
	}
	resolving, cancel := context.WithTimeout(ctx, timeout)
	found, err := net.DefaultResolver.LookupHost(resolving, host)
	cancel()
	if err == nil {
		addresses = found
		p.mu.Lock()
		p.known = found
		p.mu.Unlock()
	} else if len(addresses) == 0 {
		return nil, err
	}
	for _, address := range addresses {
		dialer := net.Dialer{Timeout: dialTimeout}
		var c net.Conn
		if c, err = dialer.DialContext(ctx, "tcp", net.JoinHostPort(address, port)); err == nil {
			return c, nil
		}
	}
	return nil, err
}
