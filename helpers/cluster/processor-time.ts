/** What the threads of brokers ran, and what they waited for a processor (proc(5), schedstat). */
import type { V1Pod } from '@kubernetes/client-node';
import { exec } from '../kubernetes/exec.ts';
import { spell } from '../wait/deadline.ts';
import type { ClusterView } from './cluster-view.ts';
import { zeebeContainerOf } from './resolve.ts';

/** What each thread of a broker's process has run and waited since it began, in ms, by process, its start and thread. */
type ThreadTimes = ReadonlyMap<string, Spent>;

/** Milliseconds, of all threads together. */
export interface Spent {
  readonly ran: number;
  readonly waited: number;
}

/** What the brokers' threads had spent at a moment, by the names of the pods. */
export interface Reading {
  /** Milliseconds, as performance.now() has them. */
  readonly at: number;
  readonly of: ReadonlyMap<string, ThreadTimes>;
}

/** A thread that ends meanwhile is none of those that matter, and takes nothing with it. */
const READ = 'grep -Hs . /proc/[0-9]*/stat /proc/[0-9]*/task/*/schedstat; true';

/** Reads them with the brokers' own `grep`; a broker that cannot be asked is left out. */
export async function readProcessorTime(cluster: ClusterView): Promise<Reading> {
  const at = performance.now();
  const read = await Promise.all(cluster.brokerPods().map(async (pod) => [nameOf(pod), await threadsOf(cluster, pod)]));
  return { at, of: new Map(read.filter((one): one is [string, ThreadTimes] => one[1] !== undefined)) };
}

async function threadsOf({ kubernetes, namespace }: ClusterView, pod: V1Pod): Promise<ThreadTimes | undefined> {
  const place = { namespace, pod: nameOf(pod), container: zeebeContainerOf(pod) };
  try {
    return threadTimesIn((await exec(kubernetes, place, ['sh', '-c', READ], { within: 2_000 })).stdout);
  } catch {
    return undefined;
  }
}

function nameOf({ metadata }: V1Pod): string {
  return metadata?.name ?? '';
}

/** What was spent by the threads of the process that serves: the first child of the init, or that where it has none. */
export function threadTimesIn(text: string): ThreadTimes {
  const lines = text.split('\n').map((line) => /^\/proc\/(\d+)\/(stat|task\/(\d+)\/schedstat):(.*)$/.exec(line));
  const stats = lines.flatMap((m) => (m?.[2] === 'stat' ? [statOf(m[1] ?? '', m[4] ?? '')] : []));
  const children = stats.filter(({ parent }) => parent === '1').sort((a, b) => a.start - b.start);
  const serving = children[0] ?? stats.find(({ pid }) => pid === '1');
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
  return { pid, parent: fields[1], start: Number(fields[19]) };
}

/** What was spent between two readings; a thread that began between them counts from its beginning. */
export function spentBetween(before: ThreadTimes | undefined, after: ThreadTimes): Spent {
  const zero = { ran: 0, waited: 0 };
  return [...after].reduce((sum, [thread, now]) => {
    const then = before?.get(thread) ?? zero;
    return { ran: sum.ran + now.ran - then.ran, waited: sum.waited + now.waited - then.waited };
  }, zero);
}

/**
 * Whether it was kept from running for a span of so many ms: its threads stood ready for half of it, ran for no more than a
 * quarter of it, and waited three times as long as they ran. What a broker makes of itself is not that: then it runs.
 * Beside two busy processes on two cores they wait 0.5 to 1.4 ms for each ms that they run.
 */
export function isStarved({ ran, waited }: Spent, span: number): boolean {
  return waited >= span / 2 && ran <= span / 4 && waited >= 3 * ran;
}

/** One sentence for each broker that was starved between two readings. */
export function starvedBetween(before: Reading, after: Reading): string[] {
  const span = after.at - before.at;
  return [...after.of].flatMap(([name, now]) => {
    const spent = spentBetween(before.of.get(name), now);
    if (!isStarved(spent, span)) return [];
    return [
      `the threads of ${name} waited ${spell(spent.waited)} for a processor and ran for ${spell(spent.ran)} in ${spell(span)}, under no load of this experiment`,
    ];
  });
}
