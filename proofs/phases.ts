/** Where the time of experiments goes, from the journal. */
import { existsSync, readFileSync } from 'node:fs';
import type { Phase } from '../helpers/journal.ts';

/** A line of the journal, as far as it is read here. */
interface Line {
  readonly time: string;
  readonly run?: string;
  readonly experiment?: string;
  readonly phase?: Phase;
  readonly tookMs?: number;
}

/** The times of one experiment in one run, in ms. */
export interface Timing {
  readonly run: string;
  readonly experiment: string;
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  /** From the first steady state to the last, without what an experiment before it made necessary. */
  readonly own: number;
  /** From each fault's inject until it was proven gone: for a restart or kill, the pod's stop and start. */
  readonly faults: number;
}

/** Reads every experiment that ran to its end from a journal; empty if there is no journal. */
export function readTimings(journal: string): Timing[] {
  if (!existsSync(journal)) return [];
  const lines = readFileSync(journal, 'utf8').split('\n').filter(Boolean);
  return timingsIn(lines.map((line) => JSON.parse(line) as Line));
}

/** The experiments of a journal that have a steady state after them. */
export function timingsIn(lines: readonly Line[]): Timing[] {
  const experiments = new Map<string, Step[]>();
  for (const { time, run, experiment, phase, tookMs } of lines) {
    if (run === undefined || experiment === undefined || phase === undefined || tookMs === undefined) continue;
    const key = `${run} ${experiment}`;
    const end = Date.parse(time);
    experiments.set(key, [...(experiments.get(key) ?? []), { run, experiment, phase, start: end - tookMs, end }]);
  }
  return [...experiments.values()].flatMap((steps) => timingOf(steps) ?? []);
}

interface Step {
  readonly run: string;
  readonly experiment: string;
  readonly phase: Phase;
  readonly start: number;
  readonly end: number;
}

function timingOf(steps: readonly Step[]): Timing | undefined {
  const [first] = steps;
  const last = steps.findLast((s) => s.phase === 'steady after');
  if (!first || !last) return undefined;
  const phases: Partial<Record<Phase, number>> = {};
  for (const { phase, start, end } of steps) phases[phase] = (phases[phase] ?? 0) + (end - start);
  return {
    run: first.run,
    experiment: first.experiment,
    phases,
    own: last.end - first.start - evening(steps),
    faults: faultTime(steps),
  };
}

/** The rebalance before an experiment and the second look after it, which is there only for that. */
function evening(steps: readonly Step[]): number {
  const rebalance = steps.find((s) => s.phase === 'rebalance');
  if (!rebalance) return 0;
  const looks = steps.filter((s) => s.phase === 'steady before');
  return (looks.at(-1)?.end ?? rebalance.end) - rebalance.start;
}

function faultTime(steps: readonly Step[]): number {
  let total = 0;
  let since: number | undefined;
  for (const { phase, start, end } of steps) {
    if (phase === 'inject') since ??= start;
    if (phase !== 'recover' || since === undefined) continue;
    total += end - since;
    since = undefined;
  }
  return total;
}

/** The middle value, of an even number the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
