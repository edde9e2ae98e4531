package raftlog

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
)

func open(t *testing.T, dir string) *Log {
	t.Helper()
	l, err := tryOpen(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func tryOpen(dir string) (*Log, error) {
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	return Open(Options{Dir: dir, Partition: 3, SegmentSize: 400, Logger: logger})
}

func reopen(t *testing.T, l *Log) *Log {
	t.Helper()
	l.Close()
	return open(t, l.dir)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// entries makes those from first to last of one term; the data names both.
func entries(first, last, term uint64) []pb.Entry {
	var list []pb.Entry
	for i := first; i <= last; i++ {
		list = append(list, pb.Entry{Index: i, Term: term, Data: fmt.Appendf(nil, "entry %d of term %d", i, term)})
	}
	return list
}

// expect checks that the log has exactly these entries, from memory and from the files.
func expect(t *testing.T, l *Log, first uint64, expected ...pb.Entry) {
	t.Helper()
	last := first + uint64(len(expected)) - 1
	if l.FirstIndex() != first || l.LastIndex() != last {
		t.Fatalf("a log of %d to %d is expected, and it is %d to %d", first, last, l.FirstIndex(), l.LastIndex())
	}
	for range 2 {
		for lo := first; lo <= last; lo++ {
			got, err := l.Entries(lo, last+1, 1<<20)
			must(t, err)
			if len(got) != int(last+1-lo) {
				t.Fatalf("entries %d to %d are expected, and %d came", lo, last, len(got))
			}
			for i, e := range got {
				want := expected[lo-first+uint64(i)]
				if e.Index != want.Index || e.Term != want.Term || string(e.Data) != string(want.Data) {
					t.Fatalf("%v is expected, and is %v", want, e)
				}
				if term, err := l.Term(e.Index); err != nil || term != e.Term {
					t.Fatalf("term %d is expected of %d, and is %d, %v", e.Term, e.Index, term, err)
				}
			}
		}
		l.recent.clear()
	}
}

func hasFile(l *Log, number int) bool {
	_, err := os.Stat(l.path(number))
	return err == nil
}

func TestAppendAndReopen(t *testing.T) {
	l := open(t, t.TempDir())
	var all []pb.Entry
	for i := uint64(1); i <= 40; i += 4 {
		batch := entries(i, i+3, 1+i/10)
		must(t, l.Append(batch))
		all = append(all, batch...)
	}
	if len(l.segments) < 3 {
		t.Fatalf("several segments are expected, and there are %d", len(l.segments))
	}
	expect(t, l, 1, all...)
	l = reopen(t, l)
	expect(t, l, 1, all...)
	must(t, l.Append(entries(41, 41, 9)))
	expect(t, reopen(t, l), 1, append(all, entries(41, 41, 9)...)...)
}

func TestEntriesLimits(t *testing.T) {
	l := open(t, t.TempDir())
	must(t, l.Append(entries(1, 10, 1)))
	size := uint64(entries(1, 1, 1)[0].Size())
	for maxSize, want := range map[uint64]int{0: 1, size - 1: 1, size: 1, 2 * size: 2, 3*size + 1: 3} {
		if got, err := l.Entries(1, 11, maxSize); err != nil || len(got) != want {
			t.Errorf("at most %d bytes: %d entries are expected, and %d came, %v", maxSize, want, len(got), err)
		}
	}
	if _, err := l.Entries(5, 12, 1000); !errors.Is(err, raft.ErrUnavailable) {
		t.Errorf("%v is expected, and was: %v", raft.ErrUnavailable, err)
	}
	if err := l.Append(entries(12, 12, 1)); err == nil {
		t.Error("a gap is expected to be refused")
	}
}

func TestConflictingTailIsReplaced(t *testing.T) {
	for from := uint64(1); from <= 20; from++ {
		l := open(t, t.TempDir())
		for i := uint64(1); i <= 20; i += 5 {
			must(t, l.Append(entries(i, i+4, 1)))
		}
		must(t, l.Append(entries(from, from+1, 2)))
		want := append(entries(1, from-1, 1), entries(from, from+1, 2)...)
		expect(t, l, 1, want...)
		l = reopen(t, l)
		expect(t, l, 1, want...)
		must(t, l.Append(entries(from+2, from+20, 3)))
		expect(t, reopen(t, l), 1, append(want, entries(from+2, from+20, 3)...)...)
	}
}

func TestCompact(t *testing.T) {
	l := open(t, t.TempDir())
	for i := uint64(1); i <= 100; i++ {
		must(t, l.Append(entries(i, i, 1+i/50)))
		if !hasFile(l, 1) {
			t.Fatal("the first segment is expected to be there until the log is compacted")
		}
	}
	second := l.segments[1].base.index
	must(t, l.Compact(second-1))
	if l.FirstIndex() != 1 || !hasFile(l, 1) {
		t.Fatalf("a segment with needed entries is expected to stay: the log begins at %d", l.FirstIndex())
	}
	must(t, l.Compact(second))
	if l.FirstIndex() != second+1 || hasFile(l, 1) {
		t.Fatalf("the first segment is expected to be gone: the log begins at %d", l.FirstIndex())
	}
	must(t, l.Compact(70))
	first := l.FirstIndex()
	if first > 71 || first < 60 {
		t.Fatalf("the log is expected to begin a little before 71, and begins at %d", first)
	}
	var want []pb.Entry
	for i := first; i <= 100; i++ {
		want = append(want, entries(i, i, 1+i/50)...)
	}
	expect(t, l, first, want...)
	if _, err := l.Entries(first-1, first, 1); !errors.Is(err, raft.ErrCompacted) {
		t.Errorf("%v is expected, and was: %v", raft.ErrCompacted, err)
	}
	l = reopen(t, l)
	expect(t, l, first, want...)
	if term, err := l.Term(first - 1); err != nil || term != 1+(first-1)/50 {
		t.Errorf("the term of the entry before the first is expected, and was %d, %v", term, err)
	}
}

func TestTailReplacedAcrossCompactedSegments(t *testing.T) {
	l := open(t, t.TempDir())
	for i := uint64(1); i <= 60; i++ {
		must(t, l.Append(entries(i, i, 1)))
	}
	must(t, l.Append(entries(30, 31, 2)))
	must(t, l.Append(entries(32, 40, 2)))
	must(t, l.Compact(29))
	first := l.FirstIndex()
	want := append(entries(first, 29, 1), entries(30, 40, 2)...)
	expect(t, l, first, want...)
	expect(t, reopen(t, l), first, want...)
}

func TestReset(t *testing.T) {
	l := open(t, t.TempDir())
	must(t, l.Append(entries(1, 5, 1)))
	must(t, l.Reset(50, 4))
	expect(t, l, 51)
	if hasFile(l, 1) {
		t.Error("the first segment is expected to be gone: the log does not begin at 1")
	}
	l = reopen(t, l)
	expect(t, l, 51)
	if term, err := l.Term(50); err != nil || term != 4 {
		t.Errorf("term 4 is expected, and was %d, %v", term, err)
	}
	must(t, l.Append(entries(51, 53, 4)))
	expect(t, reopen(t, l), 51, entries(51, 53, 4)...)
}

func TestFirstStartThatWasInterrupted(t *testing.T) {
	l := open(t, t.TempDir())
	meta := l.Meta()
	meta.LastSegment = 0
	must(t, l.writeMeta(meta))
	l = reopen(t, l)
	l.Close()
	must(t, os.Remove(l.path(1)))
	var damaged *DamageError
	if _, err := tryOpen(l.dir); !errors.As(err, &damaged) {
		t.Errorf("a *DamageError is expected, and was: %v", err)
	}
}

func TestResetThatWasInterrupted(t *testing.T) {
	l := open(t, t.TempDir())
	must(t, l.Append(entries(1, 5, 1)))
	old, err := os.ReadFile(l.path(1))
	must(t, err)
	must(t, l.Reset(50, 4))
	must(t, os.WriteFile(l.path(1), old, 0o644))
	l = reopen(t, l)
	expect(t, l, 51)
	if hasFile(l, 1) {
		t.Error("what was left of the old log is expected to be removed")
	}
}

func TestTornTailIsCutOff(t *testing.T) {
	l := open(t, t.TempDir())
	must(t, l.Append(entries(1, 3, 1)))
	before := l.active().size
	must(t, l.Append(entries(4, 5, 1)))
	whole, err := os.ReadFile(l.path(1))
	must(t, err)
	for size := before; size < int64(len(whole)); size++ {
		l.Close()
		must(t, os.WriteFile(l.path(1), whole[:size], 0o644))
		l = open(t, l.dir)
		expect(t, l, 1, entries(1, 3, 1)...)
		must(t, l.Append(entries(4, 4, 2)))
		l = reopen(t, l)
		expect(t, l, 1, append(entries(1, 3, 1), entries(4, 4, 2)...)...)
	}
}

func TestUnwrittenSectorsAreTorn(t *testing.T) {
	l := open(t, t.TempDir())
	must(t, l.Append(entries(1, 3, 1)))
	before := l.active().size
	must(t, l.Append(entries(4, 90, 1)))
	whole, err := os.ReadFile(l.path(1))
	must(t, err)
	for name, from := range map[string]int64{"all": before, "some": 1024} {
		l.Close()
		data := append([]byte(nil), whole...)
		clear(data[from:min(from+2048, int64(len(data)))])
		if name == "all" {
			clear(data[from:])
		}
		must(t, os.WriteFile(l.path(1), data, 0o644))
		l = open(t, l.dir)
		expect(t, l, 1, entries(1, 3, 1)...)
	}
}

func TestDamage(t *testing.T) {
	build := func(t *testing.T) *Log {
		l := open(t, t.TempDir())
		for i := uint64(1); i <= 40; i++ {
			must(t, l.Append(entries(i, i, 1)))
		}
		if len(l.segments) < 4 {
			t.Fatalf("several segments are expected, and there are %d", len(l.segments))
		}
		l.Close()
		return l
	}
	flip := func(t *testing.T, path string, offset int64) {
		data, err := os.ReadFile(path)
		must(t, err)
		data[offset] ^= 0x10
		must(t, os.WriteFile(path, data, 0o644))
	}
	for name, damage := range map[string]func(t *testing.T, l *Log) string{
		"bytes in an early segment": func(t *testing.T, l *Log) string {
			flip(t, l.path(2), 90)
			return l.path(2)
		},
		"the end of an early segment is missing": func(t *testing.T, l *Log) string {
			must(t, os.Truncate(l.path(2), l.segments[1].size-3))
			return l.path(2)
		},
		"a whole frame at the end of an early segment is missing": func(t *testing.T, l *Log) string {
			must(t, os.Truncate(l.path(2), l.segments[1].frames[len(l.segments[1].frames)-1].offset))
			return l.path(3)
		},
		"an early segment is missing": func(t *testing.T, l *Log) string {
			must(t, os.Remove(l.path(2)))
			return l.path(2)
		},
		"the last segment is missing": func(t *testing.T, l *Log) string {
			must(t, os.Remove(l.path(len(l.segments))))
			return l.path(len(l.segments))
		},
		"all segments are missing": func(t *testing.T, l *Log) string {
			for i := range l.segments {
				must(t, os.Remove(l.path(i+1)))
			}
			return l.path(len(l.segments))
		},
		"a header": func(t *testing.T, l *Log) string {
			flip(t, l.path(1), 9)
			return l.path(1)
		},
		"the metadata": func(t *testing.T, l *Log) string {
			flip(t, l.metaPath(), 20)
			return l.metaPath()
		},
		"the metadata is missing": func(t *testing.T, l *Log) string {
			must(t, os.Remove(l.metaPath()))
			return l.metaPath()
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := build(t)
			file := damage(t, l)
			_, err := tryOpen(l.dir)
			var damaged *DamageError
			if !errors.As(err, &damaged) || damaged.File != filepath.Base(file) {
				t.Errorf("a *DamageError of %s is expected, and was: %v", filepath.Base(file), err)
			}
		})
	}
}

// TestEveryFlippedByteOfTheLastSegmentIsNoticed holds for the last frame too: only bytes that are missing, or zero, are torn.
func TestEveryFlippedByteOfTheLastSegmentIsNoticed(t *testing.T) {
	l := open(t, t.TempDir())
	must(t, l.Append(entries(1, 2, 1)))
	must(t, l.Append(entries(3, 4, 1)))
	l.Close()
	whole, err := os.ReadFile(l.path(1))
	must(t, err)
	for offset := range whole {
		data := append([]byte(nil), whole...)
		data[offset] ^= 0x01
		must(t, os.WriteFile(l.path(1), data, 0o644))
		var damaged *DamageError
		if got, err := tryOpen(l.dir); !errors.As(err, &damaged) {
			got.Close()
			t.Errorf("byte %d: a *DamageError is expected, and was: %v", offset, err)
		}
	}
}

func TestMetaSurvives(t *testing.T) {
	l := open(t, t.TempDir())
	meta := l.Meta()
	if meta.Membership != New || meta.Incarnation == 0 {
		t.Errorf("a new log is expected to be %q and to have an incarnation: %+v", New, meta)
	}
	meta.Term, meta.Vote, meta.Commit, meta.Membership = 7, 2, 5, Member
	must(t, l.SaveMeta(meta))
	l = reopen(t, l)
	meta.LastSegment = l.Meta().LastSegment
	if l.Meta() != meta {
		t.Errorf("%+v is expected, and is %+v", meta, l.Meta())
	}
}

func TestMemoryIsBounded(t *testing.T) {
	l := open(t, t.TempDir())
	l.segmentSize = 1 << 20
	for i := uint64(1); i <= 60; i++ {
		must(t, l.Append([]pb.Entry{{Index: i, Term: 1, Data: make([]byte, 100<<10)}}))
		if l.recent.bytes > recentBytes {
			t.Fatalf("at most %d bytes are expected in memory, and there are %d", recentBytes, l.recent.bytes)
		}
	}
	got, err := l.Entries(1, 61, 1<<30)
	if err != nil || len(got) != 60 {
		t.Fatalf("60 entries are expected, and %d came, %v", len(got), err)
	}
	must(t, l.Append(entries(30, 30, 2)))
	if got, err := l.Entries(29, 31, 1<<30); err != nil || got[1].Term != 2 {
		t.Fatalf("entry 30 of term 2 is expected, and came %v, %v", got, err)
	}
}

func TestFailedWriteStopsTheLog(t *testing.T) {
	l := open(t, t.TempDir())
	must(t, l.Append(entries(1, 1, 1)))
	l.active().file.Close()
	if err := l.Append(entries(2, 2, 1)); err == nil {
		t.Fatal("an error is expected")
	}
	if err := l.SaveMeta(l.Meta()); err == nil {
		t.Error("no more writes are expected to be accepted")
	}
}
