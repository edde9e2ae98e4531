package raftlog

import "fmt"

// DamageError says that the files of a log are not as they were written.
type DamageError struct {
	File   string // name of the file, without its folder
	Offset int64  // where in the file, in bytes
	Reason string // what was expected and what was found
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("the log is damaged: file %s at offset %d: %s", e.File, e.Offset, e.Reason)
}
