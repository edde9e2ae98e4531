//go:build !planted_unsynced

package raftlog

// write appends a frame and syncs it.
func (s *segment) write(encoded []byte) error {
	if _, err := s.file.WriteAt(encoded, s.size); err != nil {
		return err
	}
	if err := s.file.Sync(); err != nil {
		return err
	}
	s.size += int64(len(encoded))
	return nil
}
