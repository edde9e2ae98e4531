//go:build planted_unsynced

package raftlog

import (
	"testing"
	"time"
)

func TestThePlantedDefectLosesOnlyWhatWasAppendedJustNow(t *testing.T) {
	l := open(t, t.TempDir())
	must(t, l.Append(entries(1, 2, 1)))
	for deadline := time.Now().Add(10 * time.Second); fileSize(t, l) < l.active().size; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the entries are expected in the file at some time, and are not there")
		}
	}
	must(t, l.Append(entries(3, 3, 1)))
	expect(t, reopen(t, l), 1, entries(1, 2, 1)...)
}

func fileSize(t *testing.T, l *Log) int64 {
	t.Helper()
	info, err := l.active().file.Stat()
	must(t, err)
	return info.Size()
}
