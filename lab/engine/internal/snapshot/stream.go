package snapshot

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"zeebe-chaos/lab/engine/internal/raftlog/durable"
)

const maxManifestSize = 1 << 20

// manifest precedes the content of the files in a stream: its length (4 bytes, little endian), then it as JSON.
type manifest struct {
	Index, Term uint64
	Files       []manifestFile
}

type manifestFile struct {
	Name, Sum string
	Size      int64
}

// Reader is an open snapshot: it can be sent even if the store removes the snapshot meanwhile.
type Reader struct {
	id    ID
	sums  sums
	files map[string]*os.File
}

// Read opens a snapshot for sending.
func (s *Store) Read(id ID) (*Reader, error) {
	s.mu.Lock() // so that no half-removed snapshot is opened
	defer s.mu.Unlock()
	sums, err := s.readSums(id)
	if err != nil {
		return nil, err
	}
	r := &Reader{id: id, sums: sums, files: map[string]*os.File{}}
	for name := range sums {
		file, err := os.Open(filepath.Join(s.Path(id), name))
		if err != nil {
			return nil, errors.Join(err, r.Close())
		}
		r.files[name] = file
	}
	return r, nil
}

// Close closes the files.
func (r *Reader) Close() error {
	var errs []error
	for _, file := range r.files {
		errs = append(errs, file.Close())
	}
	return errors.Join(errs...)
}

// Send writes the snapshot as Receive reads it.
func (r *Reader) Send(w io.Writer) error {
	m := manifest{Index: r.id.Index, Term: r.id.Term}
	for _, name := range r.sums.names() {
		info, err := r.files[name].Stat()
		if err != nil {
			return err
		}
		m.Files = append(m.Files, manifestFile{Name: name, Sum: r.sums[name], Size: info.Size()})
	}
	head, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := w.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(head))), head...)); err != nil {
		return err
	}
	for _, file := range m.Files {
		if _, err := io.CopyN(w, r.files[file.Name], file.Size); err != nil {
			return fmt.Errorf("send file %s of snapshot %s: %w", file.Name, r.id, err)
		}
	}
	return nil
}

// Receive reads a snapshot that Send wrote into a pending one. It returns a *CorruptError if a file does not match its checksum.
func (s *Store) Receive(r io.Reader) (*Pending, error) {
	m, err := readManifest(r)
	if err != nil {
		return nil, err
	}
	id := ID{m.Index, m.Term}
	dir, err := s.pendingDir(id)
	if err != nil {
		return nil, err
	}
	p := &Pending{ID: id, dir: dir, sums: sums{}}
	for _, file := range m.Files {
		p.sums[file.Name] = file.Sum
		if err := durable.CopyFile(filepath.Join(dir, file.Name), r, file.Size); err != nil {
			return nil, errors.Join(fmt.Errorf("receive file %s of snapshot %s: %w", file.Name, id, err), p.Drop())
		}
	}
	reason, err := verify(dir, p.sums)
	if err == nil && reason != "" {
		err = &CorruptError{id, reason}
	}
	if err != nil {
		return nil, errors.Join(err, p.Drop())
	}
	return p, nil
}

func readManifest(r io.Reader) (m manifest, err error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return m, err
	}
	n := binary.LittleEndian.Uint32(size[:])
	if n > maxManifestSize {
		return m, fmt.Errorf("receive a snapshot: a list of files of at most %d bytes is expected, and it has %d", maxManifestSize, n)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("receive a snapshot: read the list of its files: %w", err)
	}
	for _, file := range m.Files {
		if !isFileName(file.Name) || file.Size < 0 {
			return m, fmt.Errorf("receive a snapshot: %q with %d bytes is not a file", file.Name, file.Size)
		}
	}
	return m, nil
}
