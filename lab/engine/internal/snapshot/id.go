// Package snapshot keeps the snapshots of one partition: folders of files, each beside a file with their checksums.
//
//	<partition>/snapshots/<id>/<files>       the files of the state
//	<partition>/snapshots/<id>.checksum      their SHA-256, in the format of sha256sum
//	<partition>/pending/<name>/<files>       snapshots that are being made or received
//
// A snapshot appears under snapshots/ only when it is whole and synced; its checksums are there before its folder is.
package snapshot

import (
	"fmt"
	"strconv"
	"strings"
)

// ID names a snapshot by the last log entry that is in it.
type ID struct{ Index, Term uint64 }

// String returns the name of the snapshot's folder: <index>-<term>-<processed>-<exported>; this engine has all three positions equal.
func (id ID) String() string {
	return fmt.Sprintf("%d-%d-%d-%d", id.Index, id.Term, id.Index, id.Index)
}

// ParseID returns false if name is not the name of a snapshot.
func ParseID(name string) (ID, bool) {
	parts := strings.Split(name, "-")
	if len(parts) != 4 {
		return ID{}, false
	}
	index, err := strconv.ParseUint(parts[0], 10, 64)
	if err != nil {
		return ID{}, false
	}
	term, err := strconv.ParseUint(parts[1], 10, 64)
	id := ID{Index: index, Term: term}
	return id, err == nil && id.String() == name
}
