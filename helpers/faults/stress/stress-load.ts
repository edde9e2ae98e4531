/** The kinds of load there are, and what each does to its victim. */
import { SERVING } from '../serving-process.ts';

/** One kind of load. */
export type StressOptions =
  /** Processes that only compute. */
  | { readonly cpu: number; readonly atMost?: number }
  /** MiB that are allocated and held. */
  | { readonly memory: number; readonly atMost?: number }
  /** Processes that write and sync. */
  | { readonly io: number; readonly atMost?: number };

export interface StressLoad {
  /** `8 processes that compute`. */
  readonly title: string;
  /** For stress(1). */
  readonly arguments: readonly string[];
  /** A bash script that prints one number: the symptom over about a second. */
  readonly measure: string;
  /** What the number is. */
  readonly symptom: string;
  readonly unit: string;
  /** What the number may be without the load; a burst on the host, such as the start of a container, goes beyond it. */
  readonly calm: number;
  /** Whether it takes processor time: only from a pod with a limit, and proven by the threads of the process that serves. */
  readonly isOfTime: boolean;
  /** Whether the number proves that the load has its effect. */
  readonly enough: (now: number, before: number) => boolean;
}

/**
 * From two readings of the threads' schedstat: what they waited between them for each ms that they ran. Threads come and
 * go meanwhile, and one that has ended takes all that it ever waited out of a plain sum.
 */
export const RUN_DELAY_SHARE = `/^later/ { later = 1; next }
later { ran += $2 - ranBefore[$1]; waited += $3 - waitedBefore[$1]; next }
{ ranBefore[$1] = $2; waitedBefore[$1] = $3 }
END { printf "%.1f", waited / (ran > 1000000 ? ran : 1000000) }`;

/**
 * Run delay: the time that the victim's threads were ready to run and did not (proc(5), schedstat: ran and waited, in
 * ns). What they wait in a second grows with what they have to do, and what they wait for each ms that they run does not:
 * 0.5 to 1.4 on an idle host, on a busy one and after a restart, 9 to 48 under load. Where a pod has a CPU limit,
 * throttling counts in.
 */
const RUN_DELAY = `${SERVING}
pid=$(serving) || exit 1
reading() { grep -Hs . /proc/$pid/task/*/schedstat; }
{ reading; sleep 1; echo later; reading; } | awk -F '[: ]' '${RUN_DELAY_SHARE}'`;

/**
 * The processes of a load that run. Ended ones stay in the table where process 1 is no init, which takes no notice of what it
 * is left; they hold nothing.
 */
export const LOAD = `ps -C stress -o pid=,stat= | awk '$2 !~ /^Z/ { print $1 }'`;

const HELD_MEMORY = `
for pid in $(${LOAD}); do grep VmRSS /proc/$pid/status; done | awk '{ sum += $2 } END { printf "%.0f", sum / 1024 }'`;

const WRITTEN = `
total() { for pid in $(${LOAD}); do cat /proc/$pid/io; done | awk '/^wchar/ { sum += $2 } END { printf "%.0f", sum / 1024 }'; }
before=$(total); sleep 1; echo $(($(total) - before))`;

/** The load that the options ask for; an allocation is expected to stand after a second. */
export function loadOf(options: StressOptions): StressLoad {
  if ('cpu' in options)
    return {
      title: `${options.cpu} processes that compute`,
      arguments: ['--cpu', String(options.cpu)],
      measure: RUN_DELAY,
      symptom: 'the run delay of its threads',
      unit: 'ms for each ms that they run',
      calm: 3,
      isOfTime: true,
      enough: (now, before) => now >= 5 && now >= 3 * before,
    };
  if ('memory' in options)
    return {
      title: `${options.memory} MiB of memory`,
      arguments: ['--vm', '1', '--vm-bytes', `${options.memory}M`, '--vm-keep'],
      measure: `sleep 1; ${HELD_MEMORY}`,
      symptom: 'the memory held beside it',
      unit: 'MiB',
      calm: 0,
      isOfTime: false,
      enough: (now) => now >= 0.9 * options.memory,
    };
  return {
    title: `${options.io} processes that write and sync`,
    arguments: ['--io', String(options.io), '--hdd', String(options.io), '--hdd-bytes', '16M'],
    measure: WRITTEN,
    symptom: 'what is written beside it',
    unit: 'KiB a second',
    calm: 0,
    isOfTime: false,
    enough: (now) => now >= 1024,
  };
}

/** The least of two to five measurements; from the second on the first that is no more than `calm` is the last. */
export async function leastOf(measure: () => Promise<number>, calm: number): Promise<number> {
  let least = await measure();
  for (let times = 1; times < 2 || (times < 5 && least > calm); times += 1) least = Math.min(least, await measure());
  return least;
}

/** The first of up to three measurements that is `enough`, or the last. */
export async function firstOf(measure: () => Promise<number>, enough: (value: number) => boolean): Promise<number> {
  let value = await measure();
  for (let times = 1; times < 3 && !enough(value); times += 1) value = await measure();
  return value;
}
