// Package correlation says where messages live.
package correlation

// Partition returns the partition of a correlation key, from 1: Java's String.hashCode over the bytes of its UTF-8 form,
// modulo the number of partitions, as in Zeebe (io.camunda.zeebe.protocol.impl.SubscriptionUtil).
func Partition(correlationKey string, partitions int) int {
	var hash int32
	for _, b := range []byte(correlationKey) {
		hash = 31*hash + int32(int8(b))
	}
	remainder := int(hash % int32(partitions))
	if remainder < 0 {
		remainder = -remainder
	}
	return remainder + 1
}
