package raftlog

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
)

// Options say where a log is.
type Options struct {
	Dir         string
	Partition   int
	SegmentSize int64 // bytes after which a new segment is begun
	Logger      *slog.Logger
}

// Log is the log of one partition. It is not safe for concurrent use.
type Log struct {
	dir         string
	partition   int
	segmentSize int64
	logger      *slog.Logger

	meta     Meta
	segments []*segment // in order; the last one is appended to
	base     entryID    // the entry before the first one
	last     uint64
	terms    []termRun
	recent   recent
	failed   error // the first error of a write: what is on disk is not known any more
}

// termRun says that the entries from first on, up to the next run, are of one term.
type termRun struct{ first, term uint64 }

// Open reads the log in a folder, or begins one in an empty folder. It returns a *DamageError if the files are not as they were
// written.
func Open(o Options) (*Log, error) {
	l := &Log{dir: o.Dir, partition: o.Partition, segmentSize: o.SegmentSize, logger: o.Logger}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, err
	}
	if err := l.load(); err != nil {
		l.closeFiles()
		return nil, err
	}
	return l, nil
}

func (l *Log) load() error {
	numbers, err := l.segmentNumbers()
	if err != nil {
		return err
	}
	found, err := l.readMeta()
	if err != nil {
		return err
	}
	if !found {
		if len(numbers) > 0 {
			return &DamageError{File: filepath.Base(l.metaPath()), Reason: "the file is missing, and with it this replica's vote"}
		}
		if err := l.writeMeta(Meta{Incarnation: rand.Uint64(), Membership: New}); err != nil {
			return err
		}
	}
	if len(numbers) == 0 && l.meta.LastSegment == 0 {
		return l.beginSegment(false)
	}
	if len(numbers) == 0 || numbers[len(numbers)-1] < l.meta.LastSegment {
		return &DamageError{File: filepath.Base(l.path(l.meta.LastSegment)), Reason: "the segment is missing"}
	}
	if err := l.replay(numbers); err != nil {
		return err
	}
	if newest := l.active().number; newest != l.meta.LastSegment {
		meta := l.meta // the process ended between making the segment and naming it here
		meta.LastSegment = newest
		return l.writeMeta(meta)
	}
	return nil
}

func (l *Log) prefix() string { return fmt.Sprintf("raft-partition-partition-%d", l.partition) }

func (l *Log) path(number int) string {
	return filepath.Join(l.dir, fmt.Sprintf("%s-%d.log", l.prefix(), number))
}

// FirstIndex returns the index of the first entry that the log has, or would have if it is empty.
func (l *Log) FirstIndex() uint64 { return l.base.index + 1 }

// LastIndex returns the index of the last entry, or FirstIndex()-1 if the log is empty.
func (l *Log) LastIndex() uint64 { return l.last }

// Term returns the term of an entry from FirstIndex()-1 to LastIndex(); else raft.ErrCompacted or raft.ErrUnavailable.
func (l *Log) Term(index uint64) (uint64, error) {
	switch {
	case index == l.base.index:
		return l.base.term, nil
	case index < l.base.index:
		return 0, raft.ErrCompacted
	case index > l.last:
		return 0, raft.ErrUnavailable
	}
	run := sort.Search(len(l.terms), func(i int) bool { return l.terms[i].first > index }) - 1
	return l.terms[run].term, nil
}

// Entries returns entries from lo on and below hi, at least one, and no more than maxSize bytes if there is more than one. It
// returns raft.ErrCompacted, raft.ErrUnavailable, a *DamageError, or the error of a read.
func (l *Log) Entries(lo, hi, maxSize uint64) ([]pb.Entry, error) {
	if lo <= l.base.index {
		return nil, raft.ErrCompacted
	}
	if lo >= hi || hi > l.last+1 {
		return nil, raft.ErrUnavailable
	}
	var result []pb.Entry
	var size uint64
	for next := lo; next < hi; {
		entries, err := l.readFrom(next)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			size += uint64(e.Size())
			if e.Index >= hi || len(result) > 0 && size > maxSize {
				return result, nil
			}
			result = append(result, e)
		}
		next += uint64(len(entries))
	}
	return result, nil
}

// readFrom returns at least the entry at index, which the log has.
func (l *Log) readFrom(index uint64) ([]pb.Entry, error) {
	if entries := l.recent.from(index); entries != nil {
		return entries, nil
	}
	for i := len(l.segments) - 1; i >= 0; i-- {
		frames := l.segments[i].frames
		if len(frames) == 0 || frames[0].first > index {
			continue
		}
		ref := frames[sort.Search(len(frames), func(i int) bool { return frames[i].first > index })-1]
		f, err := l.segments[i].read(ref)
		if err != nil {
			return nil, err
		}
		return f.entries[index-ref.first : ref.last+1-ref.first], nil
	}
	return nil, raft.ErrUnavailable
}

// Close closes the files; all that was appended is on disk already.
func (l *Log) Close() error {
	if l.failed == nil {
		l.failed = errors.New("the log is closed")
	}
	return l.closeFiles()
}

func (l *Log) closeFiles() error {
	var errs []error
	for _, s := range l.segments {
		errs = append(errs, s.file.Close())
	}
	return errors.Join(errs...)
}
