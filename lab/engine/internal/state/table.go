package state

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tidwall/btree"
	"zeebe-chaos/lab/engine/internal/command"
)

// Table is an ordered map that can be copied in constant time: a copy shares what neither side changes afterwards. Rows
// are values: what a row points to is never changed in place.
type Table[K cmp.Ordered, V any] struct {
	rows btree.Map[K, V]
}

// Get returns the row of a key, and whether there is one.
func (t *Table[K, V]) Get(key K) (V, bool) { return t.rows.Get(key) }

// Has says whether there is a row of the key.
func (t *Table[K, V]) Has(key K) bool {
	_, found := t.rows.Get(key)
	return found
}

// Set writes the row of a key.
func (t *Table[K, V]) Set(key K, row V) { t.rows.Set(key, row) }

// Delete removes the row of a key if there is one.
func (t *Table[K, V]) Delete(key K) { t.rows.Delete(key) }

// First returns the lowest key, and whether there is one.
func (t *Table[K, V]) First() (K, bool) {
	key, _, found := t.rows.Min()
	return key, found
}

// Len is the number of rows.
func (t *Table[K, V]) Len() int { return t.rows.Len() }

// From visits rows in the order of their keys, beginning with the first that is not below start, until visit returns
// false. The table may not be changed meanwhile.
func (t *Table[K, V]) From(start K, visit func(K, V) bool) { t.rows.Ascend(start, visit) }

// All visits every row in the order of their keys until visit returns false.
func (t *Table[K, V]) All(visit func(K, V) bool) { t.rows.Scan(visit) }

func (t *Table[K, V]) copy() table { return &Table[K, V]{rows: *t.rows.Copy()} }

type row[K cmp.Ordered, V any] struct {
	Key K `cbor:"k"`
	Row V `cbor:"r"`
}

func (t *Table[K, V]) write(file string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(out, 1<<16)
	encoder := command.Encoding.NewEncoder(buffered)
	t.rows.Scan(func(key K, value V) bool {
		err = encoder.Encode(row[K, V]{key, value})
		return err == nil
	})
	return errors.Join(err, buffered.Flush(), out.Close())
}

func (t *Table[K, V]) read(file string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	t.rows.Clear()
	decoder := command.Decoding.NewDecoder(bufio.NewReaderSize(in, 1<<16))
	for {
		var next row[K, V]
		switch err := decoder.Decode(&next); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("%s is expected to hold rows of a table: %w", filepath.Base(file), err)
		}
		t.rows.Load(next.Key, next.Row)
	}
}

// table is a Table of any type, as a snapshot sees it.
type table interface {
	copy() table
	write(file string) error
	read(file string) error
}
