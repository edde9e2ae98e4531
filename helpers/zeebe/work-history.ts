/** What job workers say they have done (lab/worker), and whether that is what was promised. */
import type { Key } from './keys.ts';

/** One line of a worker's log: what became of one job. */
export interface Work {
  readonly event: 'activated' | 'completed' | 'rejected' | 'unknown';
  readonly worker: string;
  readonly instanceKey: Key;
}

/** Reads a line of a worker's log; undefined for what is not about a job. */
export function parseWork(line: string): Work | undefined {
  if (!line.startsWith('{')) return undefined;
  const { event, worker, instanceKey } = JSON.parse(line) as Record<string, string>;
  if (instanceKey === undefined || worker === undefined) return undefined;
  if (event !== 'activated' && event !== 'completed' && event !== 'rejected' && event !== 'unknown') return undefined;
  return { event, worker, instanceKey: BigInt(instanceKey) };
}

/** The instances that no worker was told it has completed. */
export function notCompleted(instances: readonly Key[], work: readonly Work[]): Key[] {
  const completed = new Set(work.filter((w) => w.event === 'completed').map((w) => w.instanceKey));
  return instances.filter((key) => !completed.has(key));
}

/** The instances whose one job workers were told more than once they have completed. Doing it twice is allowed. */
export function completedTwice(work: readonly Work[]): Key[] {
  const once = new Set<Key>();
  const keys = work.filter((w) => w.event === 'completed').map((w) => w.instanceKey);
  return [...new Set(keys.filter((key) => once.has(key) || !once.add(key)))];
}
