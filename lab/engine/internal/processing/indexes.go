package processing

import (
	"strings"

	"zeebe-chaos/lab/engine/internal/state"
)

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
