package replica

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"zeebe-chaos/lab/engine/internal/snapshot"
	"zeebe-chaos/lab/engine/internal/transport"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
)

// margin is how many entries before a snapshot stay in the log, so that a follower that was away briefly needs no snapshot.
const margin = 100

// TakeSnapshot makes a snapshot of all that is applied now and returns when it is on disk and the log is compacted. It returns
// ctx's error, or an error if the replica has stopped.
func (r *Replica) TakeSnapshot(ctx context.Context) error {
	done := make(chan struct{})
	if !r.post(ctx, func() {
		r.snapshots.asked = append(r.snapshots.asked, request{index: r.applied.Index, done: done})
		r.beginSnapshot()
	}) {
		return cmp.Or(ctx.Err(), errors.New("take a snapshot: the replica has stopped"))
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-r.stopped:
		return errors.New("take a snapshot: the replica has stopped")
	}
}

// beginSnapshot captures the state and has it written beside; the log is compacted when it is on disk.
func (r *Replica) beginSnapshot() {
	if r.snapshots.writing || r.applied.Index <= r.store.Newest().Index {
		return
	}
	r.snapshots.writing = true
	id, capture := r.applied, r.Machine.Capture()
	r.spawn(func() {
		err := r.store.Create(id, capture.Write)
		r.post(r.background, func() { r.endSnapshot(id, err) })
	})
}

func (r *Replica) endSnapshot(id snapshot.ID, err error) {
	r.snapshots.writing = false
	if err == nil && id.Index > margin {
		err = r.log.Compact(id.Index - margin)
	}
	if err != nil {
		r.failedBy = fmt.Errorf("take the snapshot %s: %w", id, err)
		return
	}
	r.Logger.Info("a snapshot was taken", "id", id.String(), "log begins at", r.log.FirstIndex())
	if slices.ContainsFunc(r.snapshots.asked, func(asked request) bool { return asked.index > id.Index }) {
		r.beginSnapshot()
	}
}

// answerSnapshotRequests answers those that asked for no more than the newest snapshot has.
func (r *Replica) answerSnapshotRequests() {
	if r.snapshots.writing || r.failedBy != nil {
		return // the newest one may be on disk, but the log is not compacted yet
	}
	var open []request
	for _, request := range r.snapshots.asked {
		if request.index <= r.store.Newest().Index {
			close(request.done)
		} else {
			open = append(open, request)
		}
	}
	r.snapshots.asked = open
}

// sendSnapshot sends the snapshot that raft wants a follower to have, and tells raft how that went.
func (r *Replica) sendSnapshot(m pb.Message) {
	enclosed := r.enclose(m)
	id := snapshot.ID{Index: m.Snapshot.Metadata.Index, Term: m.Snapshot.Metadata.Term}
	to := nodeOf(m.To)
	r.spawn(func() {
		status := raft.SnapshotFinish
		if err := r.streamSnapshot(id, to, enclosed); err != nil {
			status = raft.SnapshotFailure
			r.Logger.Warn("a snapshot could not be sent", "id", id.String(), "to", to, "error", err)
		} else {
			r.Logger.Info("a snapshot was sent", "id", id.String(), "to", to)
		}
		r.post(r.background, func() { r.node.ReportSnapshot(m.To, status) })
	})
}

func (r *Replica) streamSnapshot(id snapshot.ID, to int, m transport.Message) error {
	reader, err := r.store.Read(id)
	if err != nil {
		return err
	}
	defer reader.Close()
	return r.Transport.SendSnapshot(r.background, to, m, reader.Send)
}

// receiveSnapshot reads a snapshot to disk, then lets raft decide whether it is needed.
func (r *Replica) receiveSnapshot(from int, m transport.Message, stream io.Reader) error {
	if m.Raft.Type != pb.MsgSnap || m.Raft.Snapshot == nil {
		return fmt.Errorf("a snapshot is expected to come with raft's message for it, not with %s", m.Raft.Type)
	}
	pending, err := r.store.Receive(stream)
	if err != nil {
		return err
	}
	metadata := m.Raft.Snapshot.Metadata
	if announced := (snapshot.ID{Index: metadata.Index, Term: metadata.Term}); announced != pending.ID {
		return errors.Join(fmt.Errorf("the snapshot %s is expected, and %s came", announced, pending.ID), pending.Drop())
	}
	got := &received{pending: pending, done: make(chan error, 1)}
	if !r.post(r.background, func() {
		r.snapshots.received = got
		r.receive(envelope{from, m})
	}) {
		return errors.Join(errors.New("the replica has stopped"), pending.Drop())
	}
	select {
	case err := <-got.done:
		return err
	case <-r.stopped:
		return errors.New("the replica has stopped")
	}
}

// installSnapshot replaces log and state by the snapshot that was received.
func (r *Replica) installSnapshot(snap pb.Snapshot) error {
	got := r.snapshots.received
	id := snapshot.ID{Index: snap.Metadata.Index, Term: snap.Metadata.Term}
	if got == nil || got.pending.ID != id {
		return fmt.Errorf("install the snapshot %s: it is expected to have been received", id)
	}
	r.snapshots.received = nil
	err := r.store.Install(got.pending)
	if err == nil {
		err = r.log.Reset(id.Index, id.Term)
	}
	if err == nil {
		err = r.Machine.Restore(r.store.Path(id))
	}
	got.done <- err
	if err != nil {
		return fmt.Errorf("install the snapshot %s: %w", id, err)
	}
	r.applied = id
	r.Logger.Info("a snapshot was installed", "id", id.String())
	return nil
}

// dropUnwantedSnapshot drops a received snapshot that raft did not ask to install.
func (r *Replica) dropUnwantedSnapshot() {
	got := r.snapshots.received
	if got == nil {
		return
	}
	r.snapshots.received = nil
	got.done <- errors.Join(fmt.Errorf("the snapshot %s is not needed", got.pending.ID), got.pending.Drop())
}
