package replica

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"zeebe-chaos/lab/engine/internal/snapshot"
	"zeebe-chaos/lab/engine/internal/transport"
)

// receiver hands to a replica what the transport brings.
type receiver struct{ r *Replica }

// Receive drops a message if the replica is too far behind: raft sends again what matters.
func (h receiver) Receive(from int, m transport.Message) {
	select {
	case h.r.inbox <- envelope{from, m}:
	default:
	}
}

func (h receiver) ReceiveSnapshot(from int, m transport.Message, stream io.Reader) error {
	return h.r.receiveSnapshot(from, m, stream)
}

// Answer says what this replica has. It is said on the replica's goroutine, where nothing that was promised is not on disk yet: a
// term that was told is never lower than one in which this replica has voted or acknowledged something.
func (h receiver) Answer(int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	var has holding
	if !h.r.do(ctx, func() {
		has = holding{
			Membership: h.r.meta().Membership, Term: h.r.node.BasicStatus().Term,
			LastIndex: h.r.log.LastIndex(), Leaderless: !h.r.readiness.hasHeard() && h.r.leadership.term == 0,
		}
	}) {
		return nil, errors.New("the replica does not answer in time")
	}
	return json.Marshal(has)
}

func (h receiver) Unreachable(node int) {
	select {
	case h.r.lost <- node:
	default:
	}
}

// snapshots is what a replica does with snapshots at the moment.
type snapshots struct {
	next     time.Time
	writing  bool
	asked    []request
	received *received
}

// request is that of a caller of TakeSnapshot.
type request struct {
	index uint64 // that the snapshot has to reach
	done  chan struct{}
}

// received is a snapshot that came from the leader, and who waits for its fate.
type received struct {
	pending *snapshot.Pending
	done    chan error
}
