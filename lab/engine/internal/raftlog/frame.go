package raftlog

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	pb "go.etcd.io/raft/v3/raftpb"
)

// A frame is a head and a body, all numbers little endian:
//
//	head: length of the body (4 bytes), CRC32C of the body (4), CRC32C of the eight bytes before (4)
//	body: index of the first entry (8), term of the entry before it (8), number of entries (4), then each entry:
//	      term (8), type (1), length of its data (4), data
//
// The head has a checksum of its own, so that a damaged length is not taken for a frame that ends beyond the file.
const (
	frameHeadSize = 12
	bodyHeadSize  = 20
	entryHeadSize = 13
	sectorSize    = 512
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type frame struct {
	prevTerm uint64
	entries  []pb.Entry
}

func (f frame) first() uint64 { return f.entries[0].Index }

// encode returns the frame's bytes; ok is false if they would not fit the length field.
func (f frame) encode() (encoded []byte, ok bool) {
	size := frameHeadSize + bodyHeadSize
	for _, e := range f.entries {
		size += entryHeadSize + len(e.Data)
	}
	if size > math.MaxInt32 {
		return nil, false
	}
	b := make([]byte, frameHeadSize, size)
	b = binary.LittleEndian.AppendUint64(b, f.first())
	b = binary.LittleEndian.AppendUint64(b, f.prevTerm)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(f.entries)))
	for _, e := range f.entries {
		b = binary.LittleEndian.AppendUint64(b, e.Term)
		b = append(b, byte(e.Type))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(e.Data)))
		b = append(b, e.Data...)
	}
	body := b[frameHeadSize:]
	binary.LittleEndian.PutUint32(b[0:], uint32(len(body)))
	binary.LittleEndian.PutUint32(b[4:], crc32.Checksum(body, castagnoli))
	binary.LittleEndian.PutUint32(b[8:], crc32.Checksum(b[:8], castagnoli))
	return b, true
}

// frameHead returns the length and the checksum of the body that follows; ok is false if the head's own checksum differs.
func frameHead(head []byte) (length int64, sum uint32, ok bool) {
	ok = binary.LittleEndian.Uint32(head[8:]) == crc32.Checksum(head[:8], castagnoli)
	return int64(binary.LittleEndian.Uint32(head)), binary.LittleEndian.Uint32(head[4:]), ok
}

// decodeBody returns the frame of a body whose checksum was right; ok is false if its lengths do not add up.
func decodeBody(body []byte) (f frame, ok bool) {
	if len(body) < bodyHeadSize {
		return f, false
	}
	first, count := binary.LittleEndian.Uint64(body), binary.LittleEndian.Uint32(body[16:])
	f.prevTerm = binary.LittleEndian.Uint64(body[8:])
	rest := body[bodyHeadSize:]
	if count == 0 || first == 0 || uint64(count)*entryHeadSize > uint64(len(rest)) {
		return f, false
	}
	f.entries = make([]pb.Entry, count)
	for i := range f.entries {
		if len(rest) < entryHeadSize {
			return f, false
		}
		size := int(binary.LittleEndian.Uint32(rest[9:]))
		if len(rest)-entryHeadSize < size {
			return f, false
		}
		e := &f.entries[i]
		e.Index, e.Term, e.Type = first+uint64(i), binary.LittleEndian.Uint64(rest), pb.EntryType(rest[8])
		if size > 0 {
			e.Data = rest[entryHeadSize : entryHeadSize+size : entryHeadSize+size]
		}
		rest = rest[entryHeadSize+size:]
	}
	return f, len(rest) == 0
}

// hasUnwrittenSector reports whether a disk sector within data was never written: after a power failure a file may have its full
// length while some of its sectors are still zero. offset is where data begins in the file.
func hasUnwrittenSector(data []byte, offset int64) bool {
	for len(data) > 0 {
		n := min(int64(len(data)), sectorSize-offset%sectorSize)
		if allZero(data[:n]) {
			return true
		}
		data, offset = data[n:], offset+n
	}
	return false
}

func allZero(data []byte) bool {
	for _, b := range data {
		if b != 0 {
			return false
		}
	}
	return true
}
