/** What the threads of brokers ran, and what they waited for a processor (proc(5), schedstat). */
import type { V1Pod } from '@kubernetes/client-node';
import { cpuLimitOf } from '../kubernetes/pods.ts';
import { seconds, spell } from '../wait/deadline.ts';
import type { ClusterView } from './cluster-view.ts';
import { readInPod } from './read-in-pod.ts';

/** What each thread of a broker's process has run and waited since it began, in ms, by process, its start and thread. */
type ThreadTimes = ReadonlyMap<string, Spent>;

/** Milliseconds, of all threads together. */
export interface Spent {
  readonly ran: number;
  readonly waited: number;
}

/** What was read of one broker at a moment. */
interface OfBroker {
  /** Milliseconds, as performance.now() has them. */
  readonly at: number;
  readonly threads: ThreadTimes;
  /** How long its threads may run of each ms, by the limit of its pod; Infinity where there is none. */
  readonly limit: number;
}

/** By the names of the pods; `silent` where the look itself was not given the time. */
export type Reading = ReadonlyMap<string, OfBroker | 'silent'>;

/** A thread that ends meanwhile is none of those that matter, and takes nothing with it. */
const READ = 'grep -Hs . /proc/[0-9]*/stat /proc/[0-9]*/task/*/schedstat; true';
const READ_WITHIN = 5 * seconds;

/** Reads them with the brokers' own `grep`; a broker that cannot be asked, such as one that starts, is left out. */
export async function readProcessorTime(cluster: ClusterView): Promise<Reading> {
  const read = await Promise.all(
    cluster.brokerPods().map(async (pod) => [pod.metadata?.name, await readOne(cluster, pod)]),
  );
  return new Map(read.filter((one): one is [string, OfBroker | 'silent'] => one[1] !== undefined));
}

async function readOne(cluster: ClusterView, pod: V1Pod): Promise<OfBroker | 'silent' | undefined> {
  const start = performance.now();
  try {
    const said = await readInPod(cluster, pod, READ, { within: READ_WITHIN });
    return { at: performance.now(), threads: threadTimesIn(said), limit: cpuLimitOf(pod) };
  } catch {
    return performance.now() - start >= READ_WITHIN ? 'silent' : undefined;
  }
}

/** What was spent by the threads of the process that serves (helpers/faults/serving-process.ts). */
export function threadTimesIn(text: string): ThreadTimes {
  const lines = text.split('\n').map((line) => /^\/proc\/(\d+)\/(stat|task\/(\d+)\/schedstat):(.*)$/.exec(line));
  const stats = lines.flatMap((m) => (m?.[2] === 'stat' ? [statOf(m[1] ?? '', m[4] ?? '')] : []));
  const children = stats.filter(({ parent }) => parent === '1').sort((a, b) => a.start - b.start);
  const first = stats.find(({ pid }) => pid === '1');
  const serving = first && first.threads > 1 ? first : children[0];
  const own = lines.filter((m) => m?.[3] !== undefined && m[1] === serving?.pid);
  return new Map(
    own.map((m) => {
      const [ran = 0, waited = 0] = (m?.[4] ?? '').split(' ').map((ns) => Number(ns) / 1e6);
      return [`${m?.[1]} ${serving?.start} ${m?.[3]}`, { ran, waited }];
    }),
  );
}

/** The fields of /proc/<pid>/stat after the name, which may itself have blanks and parentheses in it. */
function statOf(pid: string, stat: string) {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: fields[1], threads: Number(fields[17]), start: Number(fields[19]) };
}

/** What was spent between two readings; a thread that began between them counts from its beginning. */
export function spentBetween(before: ThreadTimes, after: ThreadTimes): Spent {
  const zero = { ran: 0, waited: 0 };
  return [...after].reduce((sum, [thread, now]) => {
    const then = before.get(thread) ?? zero;
    return { ran: sum.ran + now.ran - then.ran, waited: sum.waited + now.waited - then.waited };
  }, zero);
}

/**
 * Whether it was kept from running for a span of so many ms: its threads stood ready for half of it, ran for no more than a
 * quarter of it, nor than half of what its limit gives, and waited three times as long as they ran. What a broker makes of
 * itself is not that: then it runs. Beside two busy processes on two cores they wait 0.5 to 1.4 ms for each ms that they run.
 *
 * @param limit how long its threads may run of each ms
 */
export function isStarved({ ran, waited }: Spent, span: number, limit = Infinity): boolean {
  return waited >= span / 2 && ran <= Math.min(1 / 4, limit / 2) * span && waited >= 3 * ran;
}

/** One sentence for each broker that was starved between two readings. */
export function starvedBetween(before: Reading, after: Reading): string[] {
  return [...after].flatMap(([name, now]) => {
    const then = before.get(name);
    if (now === 'silent')
      return then ? [`${name} was not given the time to be asked for its own within ${spell(READ_WITHIN)}`] : [];
    if (then === undefined || then === 'silent') return [];
    const span = now.at - then.at;
    const spent = spentBetween(then.threads, now.threads);
    if (!isStarved(spent, span, now.limit)) return [];
    return [
      `the threads of ${name} waited ${spell(spent.waited)} for a processor and ran for ${spell(spent.ran)} in ${spell(span)}, under no load of this experiment`,
    ];
  });
}
