package replica

import (
	"errors"
	"fmt"

	"zeebe-chaos/lab/engine/internal/raftlog"
	"zeebe-chaos/lab/engine/internal/snapshot"

	pb "go.etcd.io/raft/v3/raftpb"
)

// recoverState opens the log and the snapshots, and restores the machine from the newest snapshot that is whole.
func (r *Replica) recoverState() (err error) {
	r.log, err = raftlog.Open(raftlog.Options{Dir: r.Dir, Partition: r.Partition, SegmentSize: r.SegmentSize, Logger: r.Logger})
	if err != nil {
		return r.damagedBy(err)
	}
	defer func() {
		if err != nil {
			r.log.Close()
		}
	}()
	if r.store, err = snapshot.Open(r.Dir, r.Logger); err != nil {
		return err
	}
	if err := r.chooseSnapshot(); err != nil {
		return err
	}
	if err := r.restoreSnapshot(); err != nil {
		return err
	}
	meta := r.meta()
	commit := min(max(meta.Commit, r.applied.Index, r.log.FirstIndex()-1), r.log.LastIndex())
	r.hard = pb.HardState{Term: meta.Term, Vote: meta.Vote, Commit: commit}
	return nil
}

// damagedBy makes a *DamagedError of errors that say that files are not as they were written.
func (r *Replica) damagedBy(err error) error {
	var logDamage *raftlog.DamageError
	var corrupt *snapshot.CorruptError
	if errors.As(err, &logDamage) || errors.As(err, &corrupt) {
		return &DamagedError{Partition: r.Partition, Dir: r.Dir, Err: err}
	}
	return err
}

func (r *Replica) damaged(format string, args ...any) error {
	return &DamagedError{Partition: r.Partition, Dir: r.Dir, Err: fmt.Errorf(format, args...)}
}

// chooseSnapshot leaves the newest whole snapshot as the store's newest. Corrupt ones that are newer are discarded if the log can
// replace them.
func (r *Replica) chooseSnapshot() error {
	ids, err := r.store.List()
	if err != nil {
		return err
	}
	if len(ids) > 0 && r.meta().Membership == raftlog.New {
		return r.damaged("the log is missing beside the snapshot %s, and with it this replica's vote", ids[0])
	}
	var whole snapshot.ID
	var corrupt []*snapshot.CorruptError
	for _, id := range ids {
		err := r.store.Verify(id)
		var damage *snapshot.CorruptError
		if errors.As(err, &damage) {
			corrupt = append(corrupt, damage)
			continue
		} else if err != nil {
			return err
		}
		whole = id
		break
	}
	first := r.log.FirstIndex()
	if first > whole.Index+1 {
		if len(corrupt) > 0 {
			return r.damaged("%w; the log begins at %d and cannot replace it", corrupt[0], first)
		}
		return r.damaged("the snapshot that precedes the log is missing or corrupt: the log begins at %d, and the newest snapshot ends at %d", first, whole.Index)
	}
	for _, damage := range corrupt {
		r.Logger.Warn("a corrupt snapshot is discarded: the log can replace it", "error", damage, "log begins at", first)
		if err := r.store.Discard(damage.ID); err != nil {
			return err
		}
	}
	return nil
}

// restoreSnapshot restores the machine, and completes the replacing of the log by a snapshot that a crash interrupted.
func (r *Replica) restoreSnapshot() error {
	id := r.store.Newest()
	if id == (snapshot.ID{}) {
		return nil
	}
	if err := r.Machine.Restore(r.store.Path(id)); err != nil {
		return r.damaged("the snapshot %s is corrupt: it cannot be restored: %w", id, err)
	}
	r.applied = id
	if term, err := r.log.Term(id.Index); err == nil && term == id.Term {
		return nil
	}
	return r.log.Reset(id.Index, id.Term)
}
