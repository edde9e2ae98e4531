//go:build planted_unsynced

package raftlog

import "time"

// lateBy is how long this build keeps in memory what it has called written.
const lateBy = 200 * time.Millisecond

// late are the writes that are still to be made, of all logs of the process and in their order.
var late = make(chan func(), 1<<16)

func init() {
	go func() {
		for write := range late {
			write()
		}
	}()
}

// write is the defect: it returns before the frame is in the file. A kill leaves what the kernel was given, synced or not, and would
// not show a missing sync alone; so the kernel is not given the frame yet either, as if the kill took the machine along.
func (s *segment) write(encoded []byte) error {
	file, offset, due := s.file, s.size, time.Now().Add(lateBy)
	late <- func() {
		time.Sleep(time.Until(due))
		_, _ = file.WriteAt(encoded, offset) // a log that was closed meanwhile has lost the frame
	}
	s.size += int64(len(encoded))
	return nil
}
