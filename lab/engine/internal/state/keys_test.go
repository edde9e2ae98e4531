package state

import (
	"sort"
	"strings"
	"testing"
)

func TestIndexesSortByTheirFirstPart(t *testing.T) {
	inOrder := []string{
		By(-5).Key(), By(-1).By(9).Key(), By(0).Key(), By(3).By(1).Key(), By(3).By(2).Key(), By(1 << 51).Key(),
	}
	if !sort.StringsAreSorted(inOrder) {
		t.Errorf("expected the indexes to be in order: %q", inOrder)
	}
}

func TestNoIndexOfAnotherNameLiesAmongThoseOfOne(t *testing.T) {
	names := []string{"", "a", "a\x00", "a\x00b", "a\x00\xff", "ab", "b", "ä"}
	for _, name := range names {
		prefix := ByName(name).Key()
		for _, other := range names {
			if index := ByName(other).By(7).Key(); strings.HasPrefix(index, prefix) != (other == name) {
				t.Errorf("the index of %q begins like those of %q, or does not although it should", other, name)
			}
		}
	}
}

func TestNumbersAreReadBack(t *testing.T) {
	for _, number := range []int64{-1 << 63, -1, 0, 1, 1<<63 - 1} {
		if first := FirstNumber(By(number).ByName("x").Key()); first != number {
			t.Errorf("expected %d at the beginning, found %d", number, first)
		}
		if last := LastNumber(ByName("x").By(number).Key()); last != number {
			t.Errorf("expected %d at the end, found %d", number, last)
		}
	}
}

func TestKeysCarryTheirPartition(t *testing.T) {
	for _, partition := range []int{1, 3, 8} {
		s := New(partition)
		first, second := s.NewKey(), s.NewKey()
		if PartitionOf(first) != partition || second != first+1 {
			t.Errorf("expected two keys of partition %d, found %d and %d", partition, first, second)
		}
	}
}
