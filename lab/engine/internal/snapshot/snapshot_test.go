package snapshot

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var content = map[string]string{"000001.sst": "first", "000002.sst": "", "LAST": "third\n"}

func write(dir string) error {
	for name, text := range content {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir, slog.New(slog.NewTextHandler(io.Discard, nil)))
	must(t, err)
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestCreateKeepsTheNewestOnly(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	for _, id := range []ID{{5, 1}, {12, 2}, {9, 2}} {
		must(t, s.Create(id, write))
	}
	newest := ID{12, 2}
	for range 2 {
		ids, err := s.List()
		if err != nil || len(ids) != 1 || ids[0] != newest || s.Newest() != newest {
			t.Fatalf("only %s is expected: %v, %v", newest, ids, err)
		}
		must(t, s.Verify(newest))
		s = open(t, dir)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "pending")); err != nil || len(left) > 0 {
		t.Errorf("nothing is expected to be pending: %v, %v", left, err)
	}
	check := exec.Command("sha256sum", "--check", "--strict", "../12-2-12-12.checksum")
	check.Dir = s.Path(newest)
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum: %v: %s", err, out)
	}
}

func TestFailedCreateLeavesNothing(t *testing.T) {
	s := open(t, t.TempDir())
	failure := errors.New("no")
	if err := s.Create(ID{1, 1}, func(string) error { return failure }); !errors.Is(err, failure) {
		t.Errorf("%v is expected, and was: %v", failure, err)
	}
	if err := s.Create(ID{1, 1}, func(string) error { return nil }); err == nil {
		t.Error("a snapshot without files is expected to be refused")
	}
	if ids, err := s.List(); err != nil || len(ids) > 0 {
		t.Errorf("no snapshot is expected: %v, %v", ids, err)
	}
}

func TestDamageIsNoticed(t *testing.T) {
	id := ID{12, 2}
	for name, test := range map[string]struct {
		damage func(s *Store) error
		reason string
	}{
		"a file is missing": {func(s *Store) error { return os.Remove(filepath.Join(s.Path(id), "000001.sst")) }, "file 000001.sst is missing"},
		"a file is changed": {func(s *Store) error {
			return os.WriteFile(filepath.Join(s.Path(id), "000001.sst"), []byte("fIrst"), 0o644)
		}, "file 000001.sst does not match"},
		"a file is cut": {func(s *Store) error { return os.Truncate(filepath.Join(s.Path(id), "LAST"), 2) }, "file LAST does not match"},
		"a file is added": {func(s *Store) error {
			return os.WriteFile(filepath.Join(s.Path(id), "000009.sst"), nil, 0o644)
		}, "file 000009.sst is not one of its files"},
		"the checksums are missing":   {func(s *Store) error { return os.Remove(s.checksumPath(id)) }, "file 12-2-12-12.checksum is missing"},
		"the checksums are empty":     {func(s *Store) error { return os.Truncate(s.checksumPath(id), 0) }, "file 12-2-12-12.checksum: it names no files"},
		"the checksums are not valid": {func(s *Store) error { return os.WriteFile(s.checksumPath(id), []byte("x\n"), 0o644) }, "file 12-2-12-12.checksum: the line"},
		"the folder is missing":       {func(s *Store) error { return os.RemoveAll(s.Path(id)) }, "its folder is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			must(t, s.Create(id, write))
			must(t, test.damage(s))
			s = open(t, dir)
			ids, err := s.List()
			if err != nil || len(ids) != 1 {
				t.Fatalf("the snapshot is expected to be listed: %v, %v", ids, err)
			}
			var corrupt *CorruptError
			if err := s.Verify(id); !errors.As(err, &corrupt) || !strings.HasPrefix(corrupt.Reason, test.reason) {
				t.Fatalf("%q is expected, and was: %v", test.reason, err)
			}
			must(t, s.Discard(id))
			if s.Newest() != (ID{}) {
				t.Errorf("no snapshot is expected to be left, and %s is", s.Newest())
			}
			must(t, s.Create(ID{3, 1}, write))
			must(t, s.Verify(ID{3, 1}))
		})
	}
}

func TestSendAndReceive(t *testing.T) {
	from, to := open(t, t.TempDir()), open(t, t.TempDir())
	id := ID{12, 2}
	must(t, from.Create(id, write))
	reader, err := from.Read(id)
	must(t, err)
	defer reader.Close()
	must(t, from.Create(ID{20, 2}, write)) // which removes the one that is being sent
	var stream bytes.Buffer
	must(t, reader.Send(&stream))
	sent := stream.Bytes()

	pending, err := to.Receive(bytes.NewReader(sent))
	must(t, err)
	if to.Newest() != (ID{}) {
		t.Error("a received snapshot is expected not to count before it is installed")
	}
	must(t, to.Install(pending))
	must(t, to.Verify(id))
	for name, text := range content {
		if got, err := os.ReadFile(filepath.Join(to.Path(id), name)); err != nil || string(got) != text {
			t.Errorf("%s: %q is expected, and is %q, %v", name, text, got, err)
		}
	}

	other := open(t, t.TempDir())
	for size := range sent {
		if _, err := other.Receive(bytes.NewReader(sent[:size])); err == nil {
			t.Errorf("a stream that ends after %d of %d bytes is expected to be refused", size, len(sent))
		}
	}
	sent[len(sent)-1] ^= 1
	var corrupt *CorruptError
	if _, err := other.Receive(bytes.NewReader(sent)); !errors.As(err, &corrupt) {
		t.Errorf("a *CorruptError is expected, and was: %v", err)
	}
	if left, err := os.ReadDir(other.pending); err != nil || len(left) > 0 {
		t.Errorf("nothing is expected to be pending: %v, %v", left, err)
	}
}

func TestReceiveStaysInItsFolder(t *testing.T) {
	for _, name := range []string{"../x", "/x", "a/b", "..", ""} {
		text := `{"Index":1,"Term":1,"Files":[{"Name":"` + name + `","Sum":"","Size":0}]}`
		stream := append([]byte{byte(len(text)), 0, 0, 0}, text...)
		if _, err := open(t, t.TempDir()).Receive(bytes.NewReader(stream)); err == nil || !strings.Contains(err.Error(), "is not a file") {
			t.Errorf("%q is expected to be refused, and was: %v", name, err)
		}
	}
}

func TestParseID(t *testing.T) {
	for name, valid := range map[string]bool{
		"12-2-12-12": true, "0-0-0-0": true, "12-2-12": false, "12-2-12-13": false, "012-2-12-12": false, "a-2-12-12": false, "": false,
	} {
		if id, ok := ParseID(name); ok != valid || ok && id.String() != name {
			t.Errorf("%q: %v is expected, and is %v, %v", name, valid, id, ok)
		}
	}
}
