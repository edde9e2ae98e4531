/** The kinds of load there are, and what each does to its victim. */
import type { StressOptions } from './stress.ts';

export interface Load {
  /** `8 processes that compute`. */
  readonly title: string;
  /** For stress(1). */
  readonly arguments: readonly string[];
  /** A bash script that prints one number: the symptom over about a second. */
  readonly measure: string;
  /** What the number is. */
  readonly symptom: string;
  readonly unit: string;
  /** Whether the number proves that the load has its effect. */
  readonly enough: (now: number, before: number) => boolean;
}

/**
 * Run delay: the time that the victim's threads were ready to run and did not (proc(5), schedstat, second field, in ns).
 * Where a pod has a CPU limit, throttling counts in.
 */
const RUN_DELAY = `
pid=$(pgrep -o -P 1)
total() { cat /proc/$pid/task/*/schedstat 2>/dev/null | awk '{ sum += $2 } END { printf "%.0f", sum / 1000000 }'; }
before=$(total); sleep 1; echo $(($(total) - before))`;

const HELD_MEMORY = `
for pid in $(pgrep -x stress); do grep VmRSS /proc/$pid/status; done | awk '{ sum += $2 } END { printf "%.0f", sum / 1024 }'`;

const WRITTEN = `
total() { for pid in $(pgrep -x stress); do cat /proc/$pid/io; done | awk '/^wchar/ { sum += $2 } END { printf "%.0f", sum / 1024 }'; }
before=$(total); sleep 1; echo $(($(total) - before))`;

/** The load that the options ask for; an allocation is expected to stand after a second. */
export function loadOf(options: StressOptions): Load {
  if ('cpu' in options)
    return {
      title: `${options.cpu} processes that compute`,
      arguments: ['--cpu', String(options.cpu)],
      measure: RUN_DELAY,
      symptom: 'the run delay of its threads',
      unit: 'ms a second',
      enough: (now, before) => now >= 200 && now >= 3 * before,
    };
  if ('memory' in options)
    return {
      title: `${options.memory} MiB of memory`,
      arguments: ['--vm', '1', '--vm-bytes', `${options.memory}M`, '--vm-keep'],
      measure: `sleep 1; ${HELD_MEMORY}`,
      symptom: 'the memory held beside it',
      unit: 'MiB',
      enough: (now) => now >= 0.9 * options.memory,
    };
  return {
    title: `${options.io} processes that write and sync`,
    arguments: ['--io', String(options.io), '--hdd', String(options.io), '--hdd-bytes', '16M'],
    measure: WRITTEN,
    symptom: 'what is written beside it',
    unit: 'KiB a second',
    enough: (now) => now >= 1024,
  };
}
