// Package durable writes files so that they survive the end of the process and of the machine.
package durable

import (
	"io"
	"os"
	"path/filepath"
)

// WriteFile replaces a file by one with this content: after a crash it has either the old content or the new one.
func WriteFile(path string, content []byte) error {
	temporary := path + ".new"
	if err := writeSynced(temporary, content); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

func writeSynced(path string, content []byte) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Write(content); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return file.Close()
}

// CopyFile makes a file of what r yields, n bytes, and syncs it; io.ErrUnexpectedEOF if r ends before.
func CopyFile(path string, r io.Reader, n int64) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := io.CopyN(file, r, n); err == io.EOF {
		return io.ErrUnexpectedEOF
	} else if err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return file.Close()
}

// SyncFile syncs the content of a file, or the entries of a folder.
func SyncFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return file.Sync()
}

// SyncDir makes what was created, renamed or removed in a folder durable.
func SyncDir(dir string) error { return SyncFile(dir) }
