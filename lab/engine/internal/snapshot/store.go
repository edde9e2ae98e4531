package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"

	"zeebe-chaos/lab/engine/internal/raftlog/durable"
)

const checksumSuffix = ".checksum"

// Store is the snapshots of one partition. It is safe for concurrent use.
type Store struct {
	snapshots, pending string
	logger             *slog.Logger

	mu     sync.Mutex
	newest ID // zero if there is none
}

// Open prepares the folders in a partition's folder; what an earlier process left half-made is removed. It verifies nothing.
func Open(dir string, logger *slog.Logger) (*Store, error) {
	s := &Store{snapshots: filepath.Join(dir, "snapshots"), pending: filepath.Join(dir, "pending"), logger: logger}
	if err := os.RemoveAll(s.pending); err != nil {
		return nil, err
	}
	for _, folder := range []string{s.snapshots, s.pending} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, err
		}
	}
	ids, err := s.List()
	if err != nil {
		return nil, err
	}
	if len(ids) > 0 {
		s.newest = ids[0]
	}
	return s, nil
}

// List returns the ids of all snapshots of which anything is there, the newest first.
func (s *Store) List() ([]ID, error) {
	entries, err := os.ReadDir(s.snapshots)
	if err != nil {
		return nil, err
	}
	seen := map[ID]bool{}
	var ids []ID
	for _, entry := range entries {
		id, ok := ParseID(strings.TrimSuffix(entry.Name(), checksumSuffix))
		if ok && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	sort.Slice(ids, func(i, j int) bool {
		if ids[i].Index != ids[j].Index {
			return ids[i].Index > ids[j].Index
		}
		return ids[i].Term > ids[j].Term
	})
	return ids, nil
}

// Newest returns the newest snapshot; the zero ID if there is none.
func (s *Store) Newest() ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newest
}

// Path returns the folder of a snapshot.
func (s *Store) Path(id ID) string { return filepath.Join(s.snapshots, id.String()) }

func (s *Store) checksumPath(id ID) string { return s.Path(id) + checksumSuffix }

// Verify returns a *CorruptError if the files of a snapshot are not those that it was made of.
func (s *Store) Verify(id ID) error {
	if _, err := os.Stat(s.Path(id)); errors.Is(err, fs.ErrNotExist) {
		return &CorruptError{id, "its folder is missing"}
	}
	expected, err := s.readSums(id)
	if err != nil {
		return err
	}
	reason, err := verify(s.Path(id), expected)
	if err != nil {
		return err
	}
	if reason != "" {
		return &CorruptError{id, reason}
	}
	return nil
}

func (s *Store) readSums(id ID) (sums, error) {
	text, err := os.ReadFile(s.checksumPath(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &CorruptError{id, fmt.Sprintf("file %s is missing", filepath.Base(s.checksumPath(id)))}
	} else if err != nil {
		return nil, err
	}
	expected, err := parseSums(string(text))
	if err != nil {
		return nil, &CorruptError{id, fmt.Sprintf("file %s: %v", filepath.Base(s.checksumPath(id)), err)}
	}
	return expected, nil
}

// Discard removes a snapshot.
func (s *Store) Discard(id ID) error {
	if err := s.remove(id); err != nil {
		return err
	}
	ids, err := s.List()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.newest = ID{}
	if len(ids) > 0 {
		s.newest = ids[0]
	}
	return nil
}

func (s *Store) remove(id ID) error {
	if err := os.RemoveAll(s.Path(id)); err != nil {
		return err
	}
	if err := os.RemoveAll(s.checksumPath(id)); err != nil {
		return err
	}
	return durable.SyncDir(s.snapshots)
}
