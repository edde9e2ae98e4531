/** Writing to a partition's log until it can be compacted. */
import type { CallOptions, Message, ZeebeClient } from '../../zeebe/client.ts';
import { correlationKeyFor } from '../../zeebe/correlation.ts';
import { retry } from '../../wait/retry.ts';
import { seconds } from '../../wait/deadline.ts';

/** Written twice each, as command and as event. */
const LARGE = { count: 20, bytes: 500_000 };
/** Zeebe keeps as many entries before a snapshot in the log, so that followers need no snapshot (Raft's preferSnapshotReplicationThreshold). */
const ENTRIES = 150;
const AT_A_TIME = 8;

/**
 * Publishes messages that nobody waits for: 20 MB, which is more than one log segment of 16 MB, and then so many small
 * ones that a snapshot taken afterwards leaves that segment without use. They expire at once.
 *
 * @throws Error if a message is not taken within 30 s
 */
export async function growLog(
  client: ZeebeClient,
  { partition, partitionCount, run }: { partition: number; partitionCount: number; run: string },
  { signal }: CallOptions = {},
): Promise<void> {
  const message = (n: number, bytes: number): Message => ({
    name: 'zeebe-chaos-grow-log',
    correlationKey: correlationKeyFor(partition, partitionCount, `${run}-${n}`),
    timeToLive: 0,
    variables: { filler: 'x'.repeat(bytes) },
  });
  const messages = Array.from({ length: LARGE.count + ENTRIES }, (_, n) =>
    message(n, n < LARGE.count ? LARGE.bytes : 0),
  );
  const publishAll = async () => {
    for (let next = messages.shift(); next; next = messages.shift()) {
      const given = next;
      // Back-pressure is the usual refusal here.
      await retry(() => client.publishMessage(given, { within: 5 * seconds, signal }), {
        title: `Writing to partition ${partition}`,
        within: 30 * seconds,
        signal,
      });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, publishAll));
}
