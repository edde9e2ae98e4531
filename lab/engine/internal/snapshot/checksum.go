package snapshot

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// CorruptError says that a snapshot is not as it was made.
type CorruptError struct {
	ID     ID
	Reason string // which file, and what is wrong with it
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("the snapshot %s is corrupt: %s", e.ID, e.Reason)
}

// sums are the SHA-256 of files, in hexadecimal, by name.
type sums map[string]string

func sumsOf(dir string) (sums, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	s := sums{}
	for _, file := range files {
		if s[file.Name()], err = sumOf(filepath.Join(dir, file.Name())); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func sumOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func (s sums) names() []string {
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// text returns the sums as sha256sum writes them.
func (s sums) text() []byte {
	var b strings.Builder
	for _, name := range s.names() {
		fmt.Fprintf(&b, "%s  %s\n", s[name], name)
	}
	return []byte(b.String())
}

func parseSums(text string) (sums, error) {
	s := sums{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok || len(sum) != 2*sha256.Size || !isFileName(name) {
			return nil, fmt.Errorf("the line %q is not a checksum and a file's name", lines.Text())
		}
		s[name] = sum
	}
	if len(s) == 0 {
		return nil, errors.New("it names no files")
	}
	return s, lines.Err()
}

// isFileName keeps names that came from elsewhere within their folder.
func isFileName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, `/\`)
}

// verify compares the files of a folder with their sums; it returns what is wrong, or "".
func verify(dir string, expected sums) (reason string, err error) {
	for _, name := range expected.names() {
		sum, err := sumOf(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Sprintf("file %s is missing", name), nil
		} else if err != nil {
			return "", err
		}
		if sum != expected[name] {
			return fmt.Sprintf("file %s does not match its checksum", name), nil
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, file := range files {
		if _, ok := expected[file.Name()]; !ok {
			return fmt.Sprintf("file %s is not one of its files", file.Name()), nil
		}
	}
	return "", nil
}
