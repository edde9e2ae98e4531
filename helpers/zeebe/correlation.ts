/**
 * The partition to which Zeebe sends a message with this correlation key: String#hashCode over its UTF-8 bytes
 * (signed), modulo the partition count (io.camunda.zeebe.protocol.impl.SubscriptionUtil#getSubscriptionPartitionId).
 */
export function partitionOfCorrelationKey(correlationKey: string, partitionCount: number): number {
  if (!Number.isInteger(partitionCount) || partitionCount < 1)
    throw new RangeError(`A cluster has at least one partition, not ${partitionCount}.`);
  let hash = 0;
  for (const byte of new Int8Array(Buffer.from(correlationKey, 'utf8'))) hash = (Math.imul(31, hash) + byte) | 0;
  return Math.abs(hash % partitionCount) + 1;
}

/**
 * A correlation key that begins with `prefix` and belongs to `partition`; unique as far as the prefix is, the same each
 * time. Throws a RangeError for a partition that is not one of 1..partitionCount.
 */
export function correlationKeyFor(partition: number, partitionCount: number, prefix: string): string {
  if (!Number.isInteger(partition) || partition < 1 || partition > partitionCount)
    throw new RangeError(`Partition ${partition} is not one of 1..${partitionCount}.`);
  for (let n = 0; ; n++) {
    const key = `${prefix}-${n}`;
    if (partitionOfCorrelationKey(key, partitionCount) === partition) return key;
  }
}
