/** What job workers say they have done (worker), and whether that is what was promised. */
import type { Key } from '../zeebe/keys.ts';

const JOB_EVENTS = ['activated', 'completed', 'rejected', 'unknown'] as const;

/** What became of one job. */
export interface JobWork {
  readonly event: (typeof JOB_EVENTS)[number];
  readonly worker: string;
  readonly instanceKey: Key;
}

/** One line of a worker's log. */
export type Work = JobWork | { readonly event: 'stopping' | 'stopped'; readonly worker: string };

/** Whether a line is about a job. */
export function isJobWork(work: Work): work is JobWork {
  return 'instanceKey' in work;
}

/** Reads a line of a worker's log; undefined for what is neither about a job nor about its end. */
export function parseWork(line: string): Work | undefined {
  if (!line.startsWith('{')) return undefined;
  const { event, worker, instanceKey } = JSON.parse(line) as Record<string, string>;
  if (worker === undefined) return undefined;
  if (event === 'stopping' || event === 'stopped') return { event, worker };
  const job = JOB_EVENTS.find((name) => name === event);
  return job && instanceKey !== undefined ? { event: job, worker, instanceKey: BigInt(instanceKey) } : undefined;
}

/** How many jobs a worker has in hand now, by worker; the lines of each must be in their order. */
export function inHand(work: readonly Work[]): Map<string, number> {
  const hands = new Map<string, number>();
  for (const { event, worker } of work)
    if (event !== 'stopping' && event !== 'stopped')
      hands.set(worker, (hands.get(worker) ?? 0) + (event === 'activated' ? 1 : -1));
  return hands;
}

/** How many jobs workers had in hand when they were told to stop; the lines of each worker must be in their order. */
export function inHandAtStop(work: readonly Work[]): number {
  return work.reduce(
    (atStop, { event, worker }, n) =>
      event === 'stopping' ? atStop + (inHand(work.slice(0, n)).get(worker) ?? 0) : atStop,
    0,
  );
}

/** How far the log of a worker was followed. */
export interface FollowedLog {
  readonly pod: string;
  /** Whether the pod is gone. */
  readonly gone: boolean;
  /** Whether the log has ended. */
  readonly over: boolean;
  /** Whether it told, as a worker's last line does, that the worker has stopped. */
  readonly stopped: boolean;
}

/** The pods whose log is not whole: one that is gone must have told its end, and that of one still there must go on. */
export function notWhole(logs: readonly FollowedLog[]): string[] {
  return logs.filter(({ gone, over, stopped }) => (over ? !stopped : gone)).map(({ pod }) => pod);
}

/** The instances that a worker was told it has completed, once for each time. */
function completedIn(work: readonly Work[]): Key[] {
  return work.flatMap((w) => (w.event === 'completed' ? [w.instanceKey] : []));
}

/** The instances that no worker was told it has completed. */
export function notCompleted(instances: readonly Key[], work: readonly Work[]): Key[] {
  const completed = new Set(completedIn(work));
  return instances.filter((key) => !completed.has(key));
}

/** Those of the instances that no completion accounts for, be it one whose answer was lost: if they ended, it was otherwise. */
export function unaccounted(instances: readonly Key[], work: readonly Work[]): Key[] {
  const unknown = new Set(work.flatMap((w) => (w.event === 'unknown' ? [w.instanceKey] : [])));
  return notCompleted(instances, work).filter((key) => !unknown.has(key));
}

/** The instances whose one job workers were told more than once they have completed. Doing it twice is allowed. */
export function completedTwice(work: readonly Work[]): Key[] {
  const once = new Set<Key>();
  const keys = completedIn(work);
  return [...new Set(keys.filter((key) => once.has(key) || !once.add(key)))];
}
