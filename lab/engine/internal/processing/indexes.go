package processing

import (
	"strings"

	"zeebe-chaos/lab/engine/internal/state"
)

// under returns all rows of an index that begin with prefix, in no order.
func under[V any](index *state.Table[string, V], prefix string) map[string]V {
	rows := map[string]V{}
	index.From(prefix, func(entry string, row V) bool {
		if !strings.HasPrefix(entry, prefix) {
			return false
		}
		rows[entry] = row
		return true
	})
	return rows
}

// numbersUnder returns the last numbers of all entries of an index that begin with prefix, in the index's order.
func numbersUnder(index *state.Table[string, bool], prefix string) (numbers []int64) {
	index.From(prefix, func(entry string, _ bool) bool {
		if !strings.HasPrefix(entry, prefix) {
			return false
		}
		numbers = append(numbers, state.LastNumber(entry))
		return true
	})
	return numbers
}
