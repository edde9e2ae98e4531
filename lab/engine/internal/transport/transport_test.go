package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	pb "go.etcd.io/raft/v3/raftpb"
)

const patience = 10 * time.Second

// mailbox is a handler that keeps what it gets.
type mailbox struct {
	mu          sync.Mutex
	messages    []Message
	snapshot    string
	unreachable int
	refuse      error
}

func (b *mailbox) Receive(_ int, m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, m)
}

func (b *mailbox) ReceiveSnapshot(_ int, _ Message, r io.Reader) error {
	if b.refuse != nil {
		return b.refuse
	}
	content := make([]byte, 5<<20)
	if _, err := io.ReadFull(r, content); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.snapshot = string(content)
	return nil
}

func (b *mailbox) Answer(from int) ([]byte, error) {
	if b.refuse != nil {
		return nil, b.refuse
	}
	return fmt.Appendf(nil, "hello %d", from), nil
}

func (b *mailbox) Unreachable(int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unreachable++
}

func (b *mailbox) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.messages)
}

func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func start(t *testing.T, node int, cluster string, l net.Listener, peers map[int]string) (*Transport, *mailbox) {
	t.Helper()
	tr := New(Options{Node: node, Cluster: cluster, Listener: l, Peers: peers, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	t.Cleanup(func() { tr.Close() })
	box := &mailbox{}
	tr.Register(1, box)
	return tr, box
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// arrives sends until a message gets through.
func arrives(t *testing.T, from *Transport, to int, box *mailbox) {
	t.Helper()
	before := box.count()
	eventually(t, "a message arrives", func() bool {
		from.Send(to, Message{Partition: 1, Raft: pb.Message{Type: pb.MsgHeartbeat}})
		return box.count() > before
	})
}

func pair(t *testing.T) (a, b *Transport, boxA, boxB *mailbox, addressB string) {
	la, lb := listen(t, "127.0.0.1:0"), listen(t, "127.0.0.1:0")
	peers := map[int]string{0: la.Addr().String(), 1: lb.Addr().String()}
	a, boxA = start(t, 0, "c", la, peers)
	b, boxB = start(t, 1, "c", lb, peers)
	arrives(t, a, 1, boxB)
	arrives(t, b, 0, boxA)
	return a, b, boxA, boxB, lb.Addr().String()
}

func TestMessagesArriveWholeAndInOrder(t *testing.T) {
	a, _, _, box, _ := pair(t)
	before := box.count()
	for i := range 100 {
		entry := pb.Entry{Index: uint64(i), Data: bytes.Repeat([]byte{byte(i)}, i*100)}
		a.Send(1, Message{Partition: 1, Incarnation: 1<<63 + 5, Commit: uint64(i), Raft: pb.Message{Type: pb.MsgApp, Entries: []pb.Entry{entry}}})
	}
	a.Send(1, Message{Partition: 2}) // which nobody takes there
	eventually(t, "all arrive", func() bool { return box.count() == before+100 })
	for i, m := range box.messages[before:] {
		if m.Commit != uint64(i) || m.Incarnation != 1<<63+5 || len(m.Raft.Entries[0].Data) != i*100 {
			t.Fatalf("message %d: %+v", i, m)
		}
	}
}

func TestQuestionsAndSnapshots(t *testing.T) {
	a, _, _, box, _ := pair(t)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if got, err := a.Ask(ctx, 1, 1); err != nil || string(got) != "hello 0" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := a.Ask(ctx, 1, 2); err == nil || !strings.Contains(err.Error(), "no running replica of partition 2") {
		t.Errorf("a partition that is not there is expected to be named, and was: %v", err)
	}
	content := strings.Repeat("snapshot", 5<<20/8)
	send := func(w io.Writer) error { _, err := io.WriteString(w, content); return err }
	if err := a.SendSnapshot(ctx, 1, Message{Partition: 1}, send); err != nil || box.snapshot != content {
		t.Errorf("the snapshot is expected to arrive: %v", err)
	}
	box.refuse = errors.New("not now")
	if _, err := a.Ask(ctx, 1, 1); err == nil || err.Error() != "not now" {
		t.Errorf("the handler's reason is expected, and was: %v", err)
	}
	if err := a.SendSnapshot(ctx, 1, Message{Partition: 1}, func(io.Writer) error { return nil }); err == nil {
		t.Error("a refused snapshot is expected to be an error")
	}
}

// soon is what a machine with busy cores may take; the kernel by itself gives a silent connection up after a quarter of an hour.
const soon = 10 * time.Second

func TestReconnectsToARestartedPeer(t *testing.T) {
	a, b, boxA, _, address := pair(t)
	b.Close()
	eventually(t, "the loss is noticed", func() bool {
		boxA.mu.Lock()
		defer boxA.mu.Unlock()
		return boxA.unreachable > 0
	})
	_, box := start(t, 1, "c", listen(t, address), a.options.Peers)
	begun := time.Now()
	arrives(t, a, 1, box)
	if took := time.Since(begun); took > soon {
		t.Errorf("a connection is expected within %v, and took %v", soon, took)
	}
	if box.count() > 100 {
		t.Errorf("no messages of before are expected, and %d arrived", box.count())
	}
}

func TestPeersThatAreNotMeantAreRefused(t *testing.T) {
	a, _, _, _, address := pair(t)
	for name, options := range map[string]Options{
		"another cluster":     {Node: 0, Cluster: "d", Peers: map[int]string{1: address}},
		"a node not known":    {Node: 5, Cluster: "c", Peers: map[int]string{1: address}},
		"another node sought": {Node: 0, Cluster: "c", Peers: map[int]string{2: address}},
	} {
		t.Run(name, func(t *testing.T) {
			tr, _ := start(t, options.Node, options.Cluster, listen(t, "127.0.0.1:0"), options.Peers)
			for to := range options.Peers {
				if _, err := tr.Ask(context.Background(), to, 1); err == nil || !strings.Contains(err.Error(), "refused") {
					t.Errorf("a refusal is expected, and was: %v", err)
				}
			}
		})
	}
	if _, err := a.Ask(context.Background(), 7, 1); err == nil {
		t.Error("a node that is not a peer is expected to be refused")
	}
}

func TestNameThatDoesNotResolveAtFirst(t *testing.T) {
	tr, _ := start(t, 0, "c", listen(t, "127.0.0.1:0"), map[int]string{1: "no-such-host.invalid:1"})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if _, err := tr.Ask(ctx, 1, 1); err == nil {
		t.Error("an error is expected")
	}
	// Where it was reached before, the last address is tried: the name service may be what fails.
	lb := listen(t, "127.0.0.1:0")
	_, port, _ := net.SplitHostPort(lb.Addr().String())
	_, box := start(t, 1, "c", lb, map[int]string{0: "127.0.0.1:1"})
	known, _ := start(t, 0, "c", listen(t, "127.0.0.1:0"), map[int]string{1: "no-such-host.invalid:" + port})
	known.peers[1].mu.Lock()
	known.peers[1].known = []string{"127.0.0.1"}
	known.peers[1].mu.Unlock()
	arrives(t, known, 1, box)
}

// relay stands between two nodes and can stop forwarding without closing anything, as a peer that vanished does.
type relay struct {
	mu      sync.Mutex
	stopped bool
	l       net.Listener
	over    chan struct{}
}

func newRelay(t *testing.T, target string) *relay {
	r := &relay{l: listen(t, "127.0.0.1:0"), over: make(chan struct{})}
	t.Cleanup(func() { r.l.Close(); close(r.over) })
	go func() {
		for {
			from, err := r.l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", target)
			if err != nil {
				from.Close()
				continue
			}
			go r.forward(from, to)
			go r.forward(to, from)
		}
	}()
	return r
}

func (r *relay) forward(from, to net.Conn) {
	defer to.Close()
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		r.mu.Lock()
		stopped := r.stopped
		r.mu.Unlock()
		if stopped {
			<-r.over // swallowed for ever: this connection is dead, and nobody is told
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (r *relay) stop(stopped bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = stopped
}

func TestDeadConnectionIsGivenUp(t *testing.T) {
	lb := listen(t, "127.0.0.1:0")
	relay := newRelay(t, lb.Addr().String())
	a, boxA := start(t, 0, "c", listen(t, "127.0.0.1:0"), map[int]string{1: relay.l.Addr().String()})
	_, boxB := start(t, 1, "c", lb, map[int]string{0: "127.0.0.1:1"})
	arrives(t, a, 1, boxB)
	relay.stop(true)
	begun := time.Now()
	eventually(t, "the connection is given up", func() bool {
		boxA.mu.Lock()
		defer boxA.mu.Unlock()
		return boxA.unreachable > 0
	})
	if took := time.Since(begun); took > silenceTimeout+soon {
		t.Errorf("the connection is expected to be given up after %v, and was after %v", silenceTimeout, took)
	}
	relay.stop(false)
	begun = time.Now()
	arrives(t, a, 1, boxB)
	if took := time.Since(begun); took > soon {
		t.Errorf("a new connection is expected soon, and took %v", took)
	}
}

func TestMalformedFramesEndTheConnectionOnly(t *testing.T) {
	a, _, _, box, address := pair(t)
	for _, garbage := range []string{"GET / HTTP/1.1\r\n\r\n", "\x00\x00\x00\x00", "\xff\xff\xff\xff", "\x02\x00\x00\x00{}"} {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(c, garbage)
		c.(*net.TCPConn).CloseWrite()
		if _, err := io.ReadAll(c); err != nil && !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
			t.Error(err)
		}
		c.Close()
	}
	arrives(t, a, 1, box)
}
