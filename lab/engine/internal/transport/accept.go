package transport

import (
	"bufio"
	"fmt"
	"net"
	"time"
)

// accept takes connections until the listener is closed.
func (t *Transport) accept() {
	for {
		c, err := t.options.Listener.Accept()
		if t.ctx.Err() != nil {
			if err == nil {
				c.Close()
			}
			return
		}
		if err != nil {
			// Such as too many open files: it may pass.
			t.options.Logger.Warn("a connection could not be accepted", "error", err)
			select {
			case <-time.After(reconnectPause):
			case <-t.ctx.Done():
			}
			continue
		}
		if t.track(c) == nil {
			t.spawn(func() { t.serveConn(c) })
		}
	}
}

// serveConn serves a connection that another node opened.
func (t *Transport) serveConn(c net.Conn) {
	defer t.closeConn(c)
	h, err := t.admit(c)
	if err == nil {
		switch h.Kind {
		case kindRaft:
			err = t.serveRaft(c, h.From)
		case kindSnapshot:
			err = t.serveSnapshot(c, h.From)
		case kindQuestion:
			err = t.serveQuestion(c, h.From)
		}
	}
	if err != nil && t.ctx.Err() == nil {
		t.options.Logger.Debug("a connection from another node ended", "remote", c.RemoteAddr(), "error", err)
	}
}

// admit checks who opened the connection and says who this node is.
func (t *Transport) admit(c net.Conn) (hello, error) {
	h, err := readHello(c, silenceTimeout)
	if err != nil {
		return h, err
	}
	reply := hello{Cluster: t.options.Cluster, From: t.options.Node, To: h.From}
	switch {
	case h.Cluster != t.options.Cluster:
		reply.Error = fmt.Sprintf("cluster %q is expected, and the connection is from cluster %q", t.options.Cluster, h.Cluster)
	case h.To != t.options.Node:
		reply.Error = fmt.Sprintf("this is node %d, and node %d was looked for", t.options.Node, h.To)
	case t.peers[h.From] == nil:
		reply.Error = fmt.Sprintf("node %d is not a peer of node %d", h.From, t.options.Node)
	case h.Kind != kindRaft && h.Kind != kindSnapshot && h.Kind != kindQuestion:
		reply.Error = fmt.Sprintf("a connection for %q is not known", h.Kind)
	}
	if err := writeHello(c, reply); err != nil {
		return h, err
	}
	if reply.Error != "" {
		t.options.Logger.Warn("a connection was refused", "remote", c.RemoteAddr(), "reason", reply.Error)
		return h, fmt.Errorf("refused: %s", reply.Error)
	}
	return h, nil
}

func (t *Transport) serveRaft(c net.Conn, from int) error {
	reader := bufio.NewReaderSize(&patientConn{c}, 1<<16)
	for {
		encoded, err := readFrame(reader, maxFrameSize)
		if err != nil {
			return err
		}
		if len(encoded) == 0 {
			if _, err := (&patientConn{c}).Write([]byte{0}); err != nil {
				return err
			}
			continue
		}
		m, err := decodeMessage(encoded)
		if err != nil {
			return err
		}
		// A partition that is not running here loses its messages, as if this node could not be reached.
		if h, err := t.handler(m.Partition); err == nil {
			h.Receive(from, m)
		}
	}
}

func (t *Transport) serveSnapshot(c net.Conn, from int) error {
	reader := bufio.NewReaderSize(&patientConn{c}, 1<<16)
	encoded, err := readFrame(reader, maxFrameSize)
	if err != nil {
		return err
	}
	m, err := decodeMessage(encoded)
	if err != nil {
		return err
	}
	h, err := t.handler(m.Partition)
	if err == nil {
		err = h.ReceiveSnapshot(from, m, reader)
	}
	return writeAnswer(c, nil, err)
}

func (t *Transport) serveQuestion(c net.Conn, from int) error {
	encoded, err := readFrame(&patientConn{c}, maxFrameSize)
	if err != nil {
		return err
	}
	m, err := decodeMessage(encoded)
	if err != nil {
		return err
	}
	var content []byte
	h, err := t.handler(m.Partition)
	if err == nil {
		content, err = h.Answer(from)
	}
	return writeAnswer(c, content, err)
}
