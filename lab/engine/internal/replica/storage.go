package replica

import (
	"fmt"
	"log/slog"
	"slices"

	"zeebe-chaos/lab/engine/internal/snapshot"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
)

const (
	ticksPerHeartbeat = 4
	maxMessageBytes   = 1 << 20
	maxInflight       = 64
	maxInflightBytes  = 8 << 20
	maxUncommitted    = 32 << 20
)

// startRaft makes raft begin with what is in the log, as after a restart of the process.
func (r *Replica) startRaft() (err error) {
	tick := r.tickInterval()
	r.node, err = raft.NewRawNode(&raft.Config{
		ID:                        r.id,
		HeartbeatTick:             ticksPerHeartbeat,
		ElectionTick:              max(int(r.ElectionTimeout/tick), ticksPerHeartbeat+1),
		Storage:                   storage{r},
		Applied:                   r.applied.Index,
		MaxSizePerMsg:             maxMessageBytes,
		MaxInflightMsgs:           maxInflight,
		MaxInflightBytes:          maxInflightBytes,
		MaxUncommittedEntriesSize: maxUncommitted,
		CheckQuorum:               true,
		PreVote:                   true,
		DisableProposalForwarding: true,
		Logger:                    raftLogger{r.Logger},
	})
	return err
}

// storage is what raft reads: the log and the newest snapshot.
type storage struct{ r *Replica }

func (s storage) InitialState() (pb.HardState, pb.ConfState, error) {
	return s.r.hard, s.r.confState(), nil
}

func (s storage) Entries(lo, hi, maxSize uint64) ([]pb.Entry, error) {
	return s.r.log.Entries(lo, hi, maxSize)
}

func (s storage) Term(index uint64) (uint64, error) { return s.r.log.Term(index) }

func (s storage) LastIndex() (uint64, error) { return s.r.log.LastIndex(), nil }

func (s storage) FirstIndex() (uint64, error) { return s.r.log.FirstIndex(), nil }

func (s storage) Snapshot() (pb.Snapshot, error) {
	id := s.r.store.Newest()
	if id == (snapshot.ID{}) {
		return pb.Snapshot{}, raft.ErrSnapshotTemporarilyUnavailable
	}
	return pb.Snapshot{Metadata: pb.SnapshotMetadata{ConfState: s.r.confState(), Index: id.Index, Term: id.Term}}, nil
}

// confState is the same for the life of a partition: members are not added or removed.
func (r *Replica) confState() pb.ConfState {
	voters := make([]uint64, len(r.Members))
	for i, node := range r.Members {
		voters[i] = raftID(node)
	}
	slices.Sort(voters)
	return pb.ConfState{Voters: voters}
}

// raftLogger takes what raft logs. Its account of every election is for debugging only.
type raftLogger struct{ logger *slog.Logger }

func (l raftLogger) Debug(v ...any)                   { l.logger.Debug(fmt.Sprint(v...)) }
func (l raftLogger) Debugf(format string, v ...any)   { l.logger.Debug(fmt.Sprintf(format, v...)) }
func (l raftLogger) Info(v ...any)                    { l.logger.Debug(fmt.Sprint(v...)) }
func (l raftLogger) Infof(format string, v ...any)    { l.logger.Debug(fmt.Sprintf(format, v...)) }
func (l raftLogger) Warning(v ...any)                 { l.logger.Warn(fmt.Sprint(v...)) }
func (l raftLogger) Warningf(format string, v ...any) { l.logger.Warn(fmt.Sprintf(format, v...)) }
func (l raftLogger) Error(v ...any)                   { l.logger.Error(fmt.Sprint(v...)) }
func (l raftLogger) Errorf(format string, v ...any)   { l.logger.Error(fmt.Sprintf(format, v...)) }
func (l raftLogger) Fatal(v ...any)                   { panic(fmt.Sprint(v...)) }
func (l raftLogger) Fatalf(format string, v ...any)   { panic(fmt.Sprintf(format, v...)) }
func (l raftLogger) Panic(v ...any)                   { panic(fmt.Sprint(v...)) }
func (l raftLogger) Panicf(format string, v ...any)   { panic(fmt.Sprintf(format, v...)) }
