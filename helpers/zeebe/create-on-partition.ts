/** Instances on partitions of choice, which a client of Zeebe cannot choose. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, Instance, NewInstance, ZeebeClient } from './client.ts';

/** A partition made no instance within the bound; the message names it and what was seen last. */
export class PartitionSilent extends Error {
  override readonly name = 'PartitionSilent';
}

/** One call's deadline in milliseconds: a partition that hangs must not use up the whole bound. */
const CALL = 5_000;
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 500;

/**
 * Creates instances until each wanted partition has made one, and returns the first of each by partition. The gateway
 * chooses the partition, in turn, so that as many calls at once as partitions are still silent usually reach them all,
 * and others may get instances too; calls that bring nothing new are followed by a growing pause. Throws
 * PartitionSilent, naming the partitions, after `within` milliseconds (30 000 unless told), and when the signal fires.
 */
export async function createOnPartitions(
  client: ZeebeClient,
  wanted: NewInstance & { readonly partitions: readonly number[] },
  { within = 30_000, signal }: CallOptions = {},
): Promise<Map<number, Instance>> {
  const { partitions, ...instance } = wanted;
  const end = Date.now() + within;
  const answered = new Map<number, Instance>();
  const silent = () => partitions.filter((p) => !answered.has(p));
  let last = 'no call was answered';
  let pause = FIRST_PAUSE;

  const create = async (bound: number) => {
    try {
      const created = await client.createInstance(instance, { within: bound, signal });
      last = `the last instance came from partition ${created.partition}`;
      if (partitions.includes(created.partition) && !answered.has(created.partition))
        answered.set(created.partition, created);
    } catch (error) {
      last = `the last error: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  while (silent().length > 0) {
    signal?.throwIfAborted();
    const left = end - Date.now();
    if (left <= 0) throw new PartitionSilent(silence(silent(), wanted, within, last));
    const before = answered.size;
    await Promise.all(silent().map(() => create(Math.min(CALL, left))));
    if (silent().length === 0) break;
    pause = answered.size > before ? FIRST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE);
    await sleep(Math.min(pause, Math.max(0, end - Date.now())), undefined, { signal });
  }
  return answered;
}

function silence(silent: readonly number[], { processId, version }: NewInstance, within: number, last: string): string {
  const who = `partition${silent.length > 1 ? 's' : ''} ${silent.join(', ')}`;
  const what = `${processId}${version === undefined ? '' : ` version ${version}`}`;
  return `No instance of ${what} was created on ${who} within ${within / 1000} s; ${last}.`;
}
