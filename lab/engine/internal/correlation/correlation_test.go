package correlation

import "testing"

func TestPartition(t *testing.T) {
	// Worked out by hand: "a" is 97, "ab" is 31 * 97 + 98 = 3105; "é" is c3 a9, as signed bytes -61 and -87: -1978.
	for _, c := range []struct {
		key        string
		partitions int
		want       int
	}{
		{"", 3, 1}, {"a", 3, 2}, {"ab", 3, 1}, {"ab", 8, 2}, {"é", 5, 1978%5 + 1}, {"anything", 1, 1},
	} {
		if got := Partition(c.key, c.partitions); got != c.want {
			t.Errorf("Partition(%q, %d) = %d, want %d", c.key, c.partitions, got, c.want)
		}
	}
}
