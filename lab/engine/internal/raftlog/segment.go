package raftlog

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"zeebe-chaos/lab/engine/internal/raftlog/durable"
)

const (
	segmentHeadSize = 32
	segmentMagic    = "RAFTLOG1"
)

// entryID names an entry of a raft log.
type entryID struct{ index, term uint64 }

// segment is one file of the log and what is known of its live frames.
type segment struct {
	number int
	file   *os.File
	size   int64   // bytes that are valid
	base   entryID // the last entry of the log when the segment was made
	resets bool    // the log was replaced: earlier segments do not count
	frames []frameRef
}

// frameRef says where the entries first to last are; last is lowered where a later frame replaced the tail.
type frameRef struct {
	first, last uint64
	offset      int64
	length      int64 // head and body
}

func (s *segment) name() string { return filepath.Base(s.file.Name()) }

func (s *segment) damage(offset int64, format string, args ...any) error {
	return &DamageError{File: s.name(), Offset: offset, Reason: fmt.Sprintf(format, args...)}
}

// createSegment makes an empty segment; it appears under its name only when its header is synced.
func createSegment(path string, number int, base entryID, resets bool) (*segment, error) {
	head := make([]byte, 0, segmentHeadSize)
	head = append(head, segmentMagic...)
	head = binary.LittleEndian.AppendUint64(head, base.index)
	head = binary.LittleEndian.AppendUint64(head, base.term)
	var flags uint32
	if resets {
		flags = 1
	}
	head = binary.LittleEndian.AppendUint32(head, flags)
	head = binary.LittleEndian.AppendUint32(head, crc32.Checksum(head, castagnoli))
	if err := durable.WriteFile(path, head); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return &segment{number: number, file: file, size: segmentHeadSize, base: base, resets: resets}, nil
}

// openSegment reads the header of a segment.
func openSegment(path string, number int) (*segment, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	s := &segment{number: number, file: file, size: segmentHeadSize}
	head := make([]byte, segmentHeadSize)
	if _, err := io.ReadFull(file, head); err != nil {
		file.Close()
		return nil, s.damage(0, "a header of %d bytes is expected: %v", segmentHeadSize, err)
	}
	sum := crc32.Checksum(head[:segmentHeadSize-4], castagnoli)
	if string(head[:8]) != segmentMagic || binary.LittleEndian.Uint32(head[segmentHeadSize-4:]) != sum {
		file.Close()
		return nil, s.damage(0, "the header's checksum does not match its content")
	}
	s.base = entryID{index: binary.LittleEndian.Uint64(head[8:]), term: binary.LittleEndian.Uint64(head[16:])}
	s.resets = binary.LittleEndian.Uint32(head[24:]) == 1
	return s, nil
}

// read returns the frame at ref, its checksum verified again.
func (s *segment) read(ref frameRef) (frame, error) {
	data := make([]byte, ref.length)
	if _, err := s.file.ReadAt(data, ref.offset); err != nil {
		return frame{}, fmt.Errorf("read %s at offset %d: %w", s.name(), ref.offset, err)
	}
	body := data[frameHeadSize:]
	if _, sum, ok := frameHead(data); !ok || sum != crc32.Checksum(body, castagnoli) {
		return frame{}, s.damage(ref.offset, "the frame's checksum does not match its content")
	}
	f, ok := decodeBody(body)
	if !ok {
		return frame{}, s.damage(ref.offset, "the frame's lengths do not add up")
	}
	return f, nil
}

// remove deletes the segment's file.
func (s *segment) remove() error {
	s.file.Close()
	return os.Remove(s.file.Name())
}
