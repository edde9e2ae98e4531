package raftlog

import (
	"bufio"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// replay reads all segments and rebuilds what the log knows of them.
func (l *Log) replay(numbers []int) error {
	for i, number := range numbers {
		if i > 0 && number != numbers[i-1]+1 {
			return &DamageError{File: filepath.Base(l.path(numbers[i-1] + 1)), Reason: "the segment is missing"}
		}
		s, err := openSegment(l.path(number), number)
		if err != nil {
			return err
		}
		if i == 0 || s.resets {
			l.segments, err = nil, l.removeAll(l.segments)
			if err != nil {
				return err
			}
			l.startAt(s.base)
		}
		l.segments = append(l.segments, s)
		if s.base.index > l.last {
			return s.damage(0, "the segment begins after index %d, but the log ends at %d", s.base.index, l.last)
		}
		if err := l.replaySegment(s, i == len(numbers)-1); err != nil {
			return err
		}
	}
	return nil
}

// replaySegment reads the frames of a segment; a torn frame at the end of the last one is cut off.
func (l *Log) replaySegment(s *segment, isLast bool) error {
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	reader := bufio.NewReaderSize(io.NewSectionReader(s.file, s.size, info.Size()-s.size), 1<<16)
	for s.size < info.Size() {
		f, length, err := readFrame(reader, s, info.Size()-s.size)
		if torn, ok := err.(*tornError); ok && isLast {
			l.logger.Warn("a torn frame at the end of the log is cut off: its write was never answered",
				"file", s.name(), "offset", s.size, "bytes", info.Size()-s.size, "reason", torn.reason)
			if err := s.file.Truncate(s.size); err != nil {
				return err
			}
			return s.file.Sync()
		} else if ok {
			return s.damage(s.size, "%s, and a later segment exists", torn.reason)
		} else if err != nil {
			return err
		}
		if f.first() > l.last+1 {
			return s.damage(s.size, "the frame begins at index %d, but the log ends at %d", f.first(), l.last)
		}
		l.accept(s, f, s.size, length)
		s.size += length
	}
	return nil
}

// tornError says that a frame may be one whose write was interrupted.
type tornError struct{ reason string }

func (e *tornError) Error() string { return e.reason }

// readFrame reads the next frame of a segment that has remaining bytes left.
func readFrame(r *bufio.Reader, s *segment, remaining int64) (frame, int64, error) {
	if remaining < frameHeadSize {
		return frame{}, 0, &tornError{fmt.Sprintf("a frame's head has %d bytes, and %d are there", frameHeadSize, remaining)}
	}
	head, err := r.Peek(frameHeadSize)
	if err != nil {
		return frame{}, 0, err
	}
	size, sum, ok := frameHead(head)
	length := frameHeadSize + size
	if !ok {
		if rest, err := io.ReadAll(r); err == nil && allZero(rest) {
			return frame{}, 0, &tornError{"the rest of the file is zero"}
		}
		return frame{}, 0, s.damage(s.size, "the checksum of the frame's head does not match its content")
	}
	if length > remaining {
		return frame{}, 0, &tornError{fmt.Sprintf("the frame has %d bytes, and %d are there", length, remaining)}
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(r, data); err != nil {
		return frame{}, 0, err
	}
	body := data[frameHeadSize:]
	if crc32.Checksum(body, castagnoli) != sum {
		if length == remaining && hasUnwrittenSector(body, s.size+frameHeadSize) {
			return frame{}, 0, &tornError{"a sector of the last frame is zero"}
		}
		return frame{}, 0, s.damage(s.size, "the frame's checksum does not match its content")
	}
	f, ok := decodeBody(body)
	if !ok {
		return frame{}, 0, s.damage(s.size, "the frame's lengths do not add up")
	}
	return f, length, nil
}

// segmentNumbers returns the numbers of the segments that are in the folder, in order.
func (l *Log) segmentNumbers() ([]int, error) {
	files, err := os.ReadDir(l.dir)
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, file := range files {
		digits, ok := strings.CutPrefix(file.Name(), l.prefix()+"-")
		digits, isLog := strings.CutSuffix(digits, ".log")
		if number, err := strconv.Atoi(digits); ok && isLog && err == nil && number > 0 {
			numbers = append(numbers, number)
		}
	}
	sort.Ints(numbers)
	return numbers, nil
}
