package replica

import (
	"context"
	"encoding/binary"
	"fmt"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
)

const (
	maxEntryBytes   = 8 << 20
	proposalHead    = 16 // session and number of the proposal
	maxBatch        = 512
	maxBatchBytes   = 1 << 20
	unknownProposal = 0
)

// proposal is an entry whose proposer waits.
type proposal struct {
	data   []byte // with room for the head in front
	result chan result
}

type result struct {
	value any
	err   error
}

// proposals are those of this process. The session, drawn at random at its start, tells them from those of others.
type proposals struct {
	session uint64
	last    uint64
	waiting map[uint64]*proposal
}

// Propose appends an entry to the log and returns what the machine answered when it was applied on this node. It returns a
// *NotLeaderError if the entry was certainly not appended. After ErrOutcomeUnknown, or ctx's error, it may yet be applied.
func (r *Replica) Propose(ctx context.Context, entry []byte) (any, error) {
	if len(entry) > maxEntryBytes {
		return nil, fmt.Errorf("propose: an entry of at most %d bytes is expected, and it has %d", maxEntryBytes, len(entry))
	}
	p := &proposal{data: append(make([]byte, proposalHead, proposalHead+len(entry)), entry...), result: make(chan result, 1)}
	select {
	case <-r.stopped:
		return nil, &NotLeaderError{Leader: NoNode}
	default:
	}
	select {
	case r.proposed <- p:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-r.stopped:
		return nil, &NotLeaderError{Leader: NoNode}
	}
	select {
	case result := <-p.result:
		return result.value, result.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-r.stopped:
	}
	select {
	case result := <-p.result:
		return result.value, result.err
	default:
		return nil, ErrOutcomeUnknown
	}
}

// propose hands a proposal, and those that wait behind it, to raft as one.
func (r *Replica) propose(p *proposal) {
	batch, bytes := []*proposal{p}, len(p.data)
	for len(batch) < maxBatch && bytes < maxBatchBytes {
		var more *proposal
		select {
		case more = <-r.proposed:
		default:
		}
		if more == nil {
			break
		}
		batch, bytes = append(batch, more), bytes+len(more.data)
	}
	err := raft.ErrProposalDropped
	numbers := make([]uint64, len(batch))
	if r.node.BasicStatus().RaftState == raft.StateLeader {
		entries := make([]pb.Entry, len(batch))
		for i, p := range batch {
			numbers[i] = r.proposals.number(p)
			entries[i].Data = p.data
		}
		err = r.node.Step(pb.Message{Type: pb.MsgProp, From: r.id, Entries: entries})
	}
	for i, p := range batch {
		if err != nil {
			p.result <- result{err: &NotLeaderError{Leader: r.otherLeader()}}
		} else {
			r.proposals.waiting[numbers[i]] = p
		}
	}
}

// otherLeader returns the node that leads, or is about to, if it is another one.
func (r *Replica) otherLeader() int {
	status := r.node.BasicStatus()
	leader := status.Lead
	if status.LeadTransferee != raft.None {
		leader = status.LeadTransferee
	}
	if leader == raft.None || leader == r.id {
		return NoNode
	}
	return nodeOf(leader)
}

// number gives a proposal its place in this process's sequence.
func (ps *proposals) number(p *proposal) uint64 {
	ps.last++
	binary.LittleEndian.PutUint64(p.data, ps.session)
	binary.LittleEndian.PutUint64(p.data[8:], ps.last)
	return ps.last
}

// open returns the number of an entry's proposal, unknownProposal if it is another process's, and what was proposed.
func (ps *proposals) open(data []byte) (number uint64, content []byte) {
	content = data[proposalHead:]
	if binary.LittleEndian.Uint64(data) != ps.session {
		return unknownProposal, content
	}
	return binary.LittleEndian.Uint64(data[8:]), content
}

func (ps *proposals) answer(number uint64, value any) {
	if p := ps.waiting[number]; p != nil {
		delete(ps.waiting, number)
		p.result <- result{value: value}
	}
}

// giveUp answers all proposals that were appended and not applied.
func (ps *proposals) giveUp() {
	for number, p := range ps.waiting {
		delete(ps.waiting, number)
		p.result <- result{err: ErrOutcomeUnknown}
	}
}

// refuseQueued answers proposals that the replica never took.
func (ps *proposals) refuseQueued(queue chan *proposal) {
	for {
		select {
		case p := <-queue:
			p.result <- result{err: &NotLeaderError{Leader: NoNode}}
		default:
			return
		}
	}
}
