package replica

import (
	"zeebe-chaos/lab/engine/internal/snapshot"
	"zeebe-chaos/lab/engine/internal/transport"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
)

// handleReady carries out what raft asks for: first everything goes to disk, then messages are sent and entries applied.
//
// The one exception: a leader sends entries and heartbeats before its own disk has the entries. It counts its own copy only after
// the write (in Advance), so an entry that is committed is on the disks of a majority all the same; and a leader that loses entries
// in a crash cannot write others in their place in the same term, since that term is on disk before any of its messages is sent.
func (r *Replica) handleReady(rd raft.Ready) error {
	newTermOrVote := false
	if !raft.IsEmptyHardState(rd.HardState) {
		newTermOrVote = rd.HardState.Term != r.hard.Term || rd.HardState.Vote != r.hard.Vote
		r.hard = rd.HardState
	}
	early := !newTermOrVote && raft.IsEmptySnap(rd.Snapshot)
	if early {
		r.sendAll(rd.Messages, goesEarly)
	}
	if newTermOrVote {
		if err := r.saveMeta(); err != nil {
			return err
		}
	}
	if !raft.IsEmptySnap(rd.Snapshot) {
		if err := r.installSnapshot(rd.Snapshot); err != nil {
			return err
		}
	}
	if err := r.log.Append(rd.Entries); err != nil {
		return err
	}
	r.sendAll(rd.Messages, func(m pb.Message) bool { return !early || !goesEarly(m) })
	r.applyAll(rd.CommittedEntries)
	r.node.Advance(rd)
	return nil
}

func goesEarly(m pb.Message) bool { return m.Type == pb.MsgApp || m.Type == pb.MsgHeartbeat }

// saveMeta puts raft's term and vote on disk, beside what is there already.
func (r *Replica) saveMeta() error {
	meta := r.meta()
	meta.Term, meta.Vote, meta.Commit = r.hard.Term, r.hard.Vote, r.hard.Commit
	return r.log.SaveMeta(meta)
}

func (r *Replica) sendAll(messages []pb.Message, wanted func(pb.Message) bool) {
	for _, m := range messages {
		if !wanted(m) {
			continue
		}
		if m.Type == pb.MsgSnap {
			r.sendSnapshot(m)
		} else {
			r.Transport.Send(nodeOf(m.To), r.enclose(m))
		}
	}
}

// enclose adds what raft's messages do not say. A heartbeat's own commit index is no higher than what the follower is known to
// have. A new leader's commit index may be too low until an entry of its own term is committed, and is not told before.
func (r *Replica) enclose(m pb.Message) transport.Message {
	enclosed := transport.Message{Partition: r.Partition, Incarnation: r.meta().Incarnation, Raft: m}
	if r.leadership.announced && r.leadership.term == m.Term {
		enclosed.Commit = r.hard.Commit
	}
	return enclosed
}

func (r *Replica) applyAll(entries []pb.Entry) {
	for _, e := range entries {
		if e.Type == pb.EntryNormal && len(e.Data) > 0 {
			id, content := r.proposals.open(e.Data)
			r.proposals.answer(id, r.Machine.Apply(e.Index, content))
		}
		r.applied = snapshot.ID{Index: e.Index, Term: e.Term}
	}
}
