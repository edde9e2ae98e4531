package state

import "encoding/binary"

// partitionBits are those of a key that are its partition's own; the bits above them are the partition's number, as in Zeebe.
const partitionBits = 51

// PartitionOf returns the partition that made a key.
func PartitionOf(key int64) int { return int(key >> partitionBits) }

// firstKey is below every key that a partition makes.
func firstKey(partition int) int64 { return int64(partition) << partitionBits }

// Index makes a key of an ordered table from several parts; tables sort by the first part, then by the second.
type Index []byte

// By begins an index with a number.
func By(number int64) Index { return Index{}.By(number) }

// ByName begins an index with a text.
func ByName(text string) Index { return Index{}.ByName(text) }

// By adds a number; negative ones sort before positive ones.
func (i Index) By(number int64) Index {
	return binary.BigEndian.AppendUint64(i, uint64(number)^1<<63)
}

// ByName adds a text; no index that goes on differently lies between it and those that go on from it.
func (i Index) ByName(text string) Index {
	for _, b := range []byte(text) {
		if b == 0 {
			i = append(i, 0, 0xff)
			continue
		}
		i = append(i, b)
	}
	return append(i, 0, 0)
}

// Key is the index as a table's key.
func (i Index) Key() string { return string(i) }

// LastNumber reads the number that the last eight bytes of an index are.
func LastNumber(index string) int64 {
	return int64(binary.BigEndian.Uint64([]byte(index[len(index)-8:])) ^ 1<<63)
}

// FirstNumber reads the number that the first eight bytes of an index are.
func FirstNumber(index string) int64 {
	return int64(binary.BigEndian.Uint64([]byte(index[:8])) ^ 1<<63)
}
