package snapshot

import (
	"fmt"
	"os"
	"path/filepath"

	"zeebe-chaos/lab/engine/internal/raftlog/durable"
)

// Pending is a snapshot that is whole but not yet one of the store's.
type Pending struct {
	ID   ID
	dir  string
	sums sums
}

// Create makes a snapshot with a function that writes files to an empty folder. It becomes the newest one, and older ones are
// removed.
func (s *Store) Create(id ID, write func(dir string) error) error {
	dir, err := s.pendingDir(id)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := write(dir); err != nil {
		return fmt.Errorf("write snapshot %s: %w", id, err)
	}
	sums, err := sumsOf(dir)
	if err != nil {
		return err
	}
	if len(sums) == 0 {
		return fmt.Errorf("write snapshot %s: at least one file is expected, and none was written", id)
	}
	for name := range sums {
		if err := durable.SyncFile(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return s.Install(&Pending{ID: id, dir: dir, sums: sums})
}

// Install makes a pending snapshot the newest one of the store and removes the older ones. A snapshot that is not newer than the
// store's newest one is dropped.
func (s *Store) Install(p *Pending) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ID.Index <= s.newest.Index {
		return os.RemoveAll(p.dir)
	}
	// What a crash may have left of the same snapshot would be in the way.
	if err := s.remove(p.ID); err != nil {
		return err
	}
	if err := durable.SyncDir(p.dir); err != nil {
		return err
	}
	if err := durable.WriteFile(s.checksumPath(p.ID), p.sums.text()); err != nil {
		return err
	}
	if err := os.Rename(p.dir, s.Path(p.ID)); err != nil {
		return err
	}
	if err := durable.SyncDir(s.snapshots); err != nil {
		return err
	}
	s.newest = p.ID
	return s.removeOlder()
}

func (s *Store) removeOlder() error {
	ids, err := s.List()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if id.Index >= s.newest.Index {
			continue
		}
		if err := s.remove(id); err != nil {
			return err
		}
	}
	return nil
}

// Drop removes a pending snapshot that is not wanted.
func (p *Pending) Drop() error { return os.RemoveAll(p.dir) }

func (s *Store) pendingDir(id ID) (string, error) { return os.MkdirTemp(s.pending, id.String()+"_") }
