package raftlog

import pb "go.etcd.io/raft/v3/raftpb"

const recentBytes = 2 << 20 // enough for followers that keep up; the others read from the files

// recent keeps the newest entries in memory.
type recent struct {
	entries []pb.Entry
	bytes   int
}

// add appends entries that follow the kept ones or replace their tail.
func (r *recent) add(entries []pb.Entry) {
	r.cut(entries[0].Index)
	r.entries = append(r.entries, entries...)
	for _, e := range entries {
		r.bytes += len(e.Data) + entryHeadSize
	}
	if r.bytes <= recentBytes {
		return
	}
	// Dropping down to half makes copying rare.
	drop := 0
	for ; r.bytes > recentBytes/2 && drop < len(r.entries); drop++ {
		r.bytes -= len(r.entries[drop].Data) + entryHeadSize
	}
	r.entries = append([]pb.Entry(nil), r.entries[drop:]...)
}

// cut drops the entries from index on.
func (r *recent) cut(index uint64) {
	for n := len(r.entries); n > 0 && r.entries[n-1].Index >= index; n-- {
		r.bytes -= len(r.entries[n-1].Data) + entryHeadSize
		r.entries = r.entries[: n-1 : n-1]
	}
}

func (r *recent) clear() { *r = recent{} }

// from returns the kept entries from index on, or nil if index is not kept.
func (r *recent) from(index uint64) []pb.Entry {
	if len(r.entries) == 0 || index < r.entries[0].Index || index > r.entries[len(r.entries)-1].Index {
		return nil
	}
	return r.entries[index-r.entries[0].Index:]
}
