/** A Zeebe key: a signed 64-bit number that is never narrowed to a JavaScript number. */
export type Key = bigint;

/** The bits of a key below its partition id (io.camunda.zeebe.protocol.Protocol#KEY_BITS). */
const KEY_BITS = 51n;

/** The partition that made a key, as Protocol#decodePartitionId does: `partitionOf(2251799813685249n)` is 1. */
export function partitionOf(key: Key): number {
  return Number(key >> KEY_BITS);
}
