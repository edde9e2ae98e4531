package raftlog

import (
	"errors"
	"fmt"

	"zeebe-chaos/lab/engine/internal/raftlog/durable"

	pb "go.etcd.io/raft/v3/raftpb"
)

// Append adds consecutive entries and returns when they are on disk. Entries from the index of the first one on are replaced.
// After an error the log accepts no more writes: what is on disk is not known then.
func (l *Log) Append(entries []pb.Entry) error {
	if l.failed != nil {
		return l.failed
	}
	if len(entries) == 0 {
		return nil
	}
	first := entries[0].Index
	prevTerm, err := l.Term(first - 1)
	if err != nil {
		return fmt.Errorf("append from index %d to a log of %d to %d: %w", first, l.FirstIndex(), l.last, err)
	}
	if l.active().size >= l.segmentSize {
		if err := l.beginSegment(false); err != nil {
			return err
		}
	}
	f := frame{prevTerm: prevTerm, entries: entries}
	encoded, ok := f.encode()
	if !ok {
		return errors.New("append: the entries are expected to have less than 2 GiB together")
	}
	s := l.active()
	offset := s.size
	if err := s.write(encoded); err != nil {
		return l.fail(err)
	}
	l.accept(s, f, offset, s.size-offset)
	l.recent.add(entries)
	return nil
}

// Reset replaces the whole log by an empty one that goes on after the entry with this index and term, which a snapshot covers.
func (l *Log) Reset(index, term uint64) error {
	if l.failed != nil {
		return l.failed
	}
	old := l.segments
	l.startAt(entryID{index, term})
	if err := l.beginSegment(true); err != nil {
		return err
	}
	l.segments = l.segments[len(old):]
	return l.removeAll(old)
}

// Compact deletes the segments that have only entries up to index; the one that is appended to stays.
func (l *Log) Compact(index uint64) error {
	if l.failed != nil {
		return l.failed
	}
	var old []*segment
	for len(l.segments) > 1 {
		s := l.segments[0]
		if n := len(s.frames); n > 0 {
			last := s.frames[n-1].last
			if last > index {
				break
			}
			term, err := l.Term(last)
			if err != nil {
				return err
			}
			l.base = entryID{last, term}
		}
		old = append(old, s)
		l.segments = l.segments[1:]
	}
	for len(l.terms) > 1 && l.terms[1].first <= l.base.index+1 {
		l.terms = l.terms[1:]
	}
	return l.removeAll(old)
}

func (l *Log) active() *segment { return l.segments[len(l.segments)-1] }

// beginSegment adds a segment after the last one. The metadata names it, so that its loss would be noticed.
func (l *Log) beginSegment(resets bool) error {
	number := l.meta.LastSegment + 1
	if n := len(l.segments); n > 0 {
		number = l.segments[n-1].number + 1
	}
	term, err := l.Term(l.last)
	if err != nil {
		return err
	}
	s, err := createSegment(l.path(number), number, entryID{l.last, term}, resets)
	if err != nil {
		return l.fail(err)
	}
	l.segments = append(l.segments, s)
	meta := l.meta
	meta.LastSegment = number
	return l.writeMeta(meta)
}

// startAt makes the log an empty one that goes on after base.
func (l *Log) startAt(base entryID) {
	l.base, l.last, l.terms = base, base.index, nil
	l.recent.clear()
}

// accept takes a frame that is at an offset of the segment s into what is known of the log.
func (l *Log) accept(s *segment, f frame, offset, length int64) {
	first := f.first()
	if first <= l.last {
		l.cut(first)
	}
	if first <= l.base.index {
		l.base = entryID{first - 1, f.prevTerm}
	}
	for _, e := range f.entries {
		if n := len(l.terms); n == 0 || l.terms[n-1].term != e.Term {
			l.terms = append(l.terms, termRun{e.Index, e.Term})
		}
	}
	l.last = f.entries[len(f.entries)-1].Index
	s.frames = append(s.frames, frameRef{first: first, last: l.last, offset: offset, length: length})
}

// cut forgets the entries from index on; on disk they stay and are replaced by the frame that follows.
func (l *Log) cut(index uint64) {
	for i := len(l.segments) - 1; i >= 0; i-- {
		s := l.segments[i]
		for len(s.frames) > 0 && s.frames[len(s.frames)-1].first >= index {
			s.frames = s.frames[:len(s.frames)-1]
		}
		if n := len(s.frames); n > 0 {
			s.frames[n-1].last = min(s.frames[n-1].last, index-1)
			break
		}
	}
	for n := len(l.terms); n > 0 && l.terms[n-1].first >= index; n-- {
		l.terms = l.terms[:n-1]
	}
	l.recent.cut(index)
	l.last = index - 1
}

// removeAll deletes segments that are not needed any more, the oldest first.
func (l *Log) removeAll(segments []*segment) error {
	for _, s := range segments {
		if err := s.remove(); err != nil {
			return l.fail(err)
		}
	}
	if len(segments) == 0 {
		return nil
	}
	if err := durable.SyncDir(l.dir); err != nil {
		return l.fail(err)
	}
	return nil
}

func (l *Log) fail(err error) error {
	l.failed = fmt.Errorf("write the log of partition %d: %w", l.partition, err)
	return l.failed
}
