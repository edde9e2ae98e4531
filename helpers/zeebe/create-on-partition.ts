/** Instances on partitions of choice, which a client of Zeebe cannot choose. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Question } from '../wait/eventually.ts';
import type { Instance, NewInstance, ZeebeClient } from './client.ts';

/** One call's deadline in milliseconds: a partition that hangs must not use up a whole bound. */
const CALL = 5_000;
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 500;

/**
 * Asks for an instance on each of the partitions; the answer is the first of each, by partition.
 *
 * The gateway chooses the partition, in turn, so that as many calls at once as partitions are still silent usually reach
 * them all, and others may get instances too. What was created is remembered from one asking to the next, and an asking
 * that follows one that brought nothing new begins with a pause, which doubles from 10 to 500 ms.
 */
export function instanceOnEach(
  client: ZeebeClient,
  wanted: NewInstance & { readonly partitions: readonly number[] },
  signal?: AbortSignal,
): Question<ReadonlyMap<number, Instance>> {
  const { partitions, ...instance } = wanted;
  const created = new Map<number, Instance>();
  const silent = () => partitions.filter((p) => !created.has(p));
  let last = 'no call was answered';
  let pause = 0;

  const create = async () => {
    try {
      const made = await client.createInstance(instance, { within: CALL, signal });
      last = `the last instance came from partition ${made.partition}`;
      if (silent().includes(made.partition)) created.set(made.partition, made);
    } catch (error) {
      last = `the last error: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  return async () => {
    await sleep(pause, undefined, { signal });
    const before = created.size;
    await Promise.all(silent().map(create));
    pause = created.size > before ? 0 : Math.min(Math.max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE);
    const left = silent();
    return { value: left.length === 0 ? created : undefined, seen: `${silence(left, wanted)}; ${last}` };
  };
}

function silence(silent: readonly number[], { processId, version }: NewInstance): string {
  const who = `partition${silent.length === 1 ? '' : 's'} ${silent.join(', ')}`;
  const what = `${processId}${version === undefined ? '' : ` version ${version}`}`;
  return `No instance of ${what} was created on ${who}`;
}
