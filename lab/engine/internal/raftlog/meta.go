package raftlog

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"zeebe-chaos/lab/engine/internal/raftlog/durable"
)

// Membership says what part a replica may take in its group.
type Membership string

const (
	// New replicas have never taken part in anything.
	New Membership = "new"
	// Joining replicas have lost what they once knew: they must be caught up before they may vote.
	Joining Membership = "joining"
	// Member replicas take part fully.
	Member Membership = "member"
)

// Meta is what must survive a restart beside the entries.
type Meta struct {
	Incarnation uint64     `json:"incarnation"` // random; another one means that the folder was emptied in between
	Membership  Membership `json:"membership"`
	Term        uint64     `json:"term"`
	Vote        uint64     `json:"vote"`
	Commit      uint64     `json:"commit"` // a lower bound: it is not written whenever it grows
	LastSegment int        `json:"lastSegment"`
}

// Meta returns what was saved last.
func (l *Log) Meta() Meta { return l.meta }

// SaveMeta replaces the metadata durably; LastSegment is the log's own and is kept.
func (l *Log) SaveMeta(meta Meta) error {
	meta.LastSegment = l.meta.LastSegment
	return l.writeMeta(meta)
}

func (l *Log) metaPath() string { return filepath.Join(l.dir, l.prefix()+".meta") }

func (l *Log) writeMeta(meta Meta) error {
	if l.failed != nil {
		return l.failed
	}
	text, err := json.Marshal(meta)
	if err != nil {
		return err
	}
	content := fmt.Sprintf("%s\n%08x\n", text, crc32.Checksum(text, castagnoli))
	if err := durable.WriteFile(l.metaPath(), []byte(content)); err != nil {
		return l.fail(err)
	}
	l.meta = meta
	return nil
}

// readMeta returns false if there is no metadata.
func (l *Log) readMeta() (found bool, err error) {
	content, err := os.ReadFile(l.metaPath())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	text, sum, _ := strings.Cut(string(content), "\n")
	if strings.TrimSpace(sum) != fmt.Sprintf("%08x", crc32.Checksum([]byte(text), castagnoli)) {
		return false, &DamageError{File: filepath.Base(l.metaPath()), Reason: "the checksum does not match the content"}
	}
	if err := json.Unmarshal([]byte(text), &l.meta); err != nil {
		return false, &DamageError{File: filepath.Base(l.metaPath()), Reason: err.Error()}
	}
	return true, nil
}
