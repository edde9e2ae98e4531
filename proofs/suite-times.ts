/** What the runs of a proof say about the times of experiments. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Phase } from '../helpers/journal.ts';
import { median, readTimings, type Timing } from './phases.ts';

/** Where the catalogue of experiments finds their usual durations. */
const DURATIONS = path.resolve('docs/proofs/durations.json');

const columns: readonly Phase[] = [
  'steady before',
  'client load',
  'prepare',
  'inject',
  'claim',
  'lift',
  'recover',
  'steady between',
  'settle',
  'steady after',
];

/** The rows of a Markdown table, one experiment each, with the median of each phase over the runs of a journal. */
export function timingRows(journal: string): string[] {
  const head = ['experiment', 'own', 'fault', 'own − fault', ...columns];
  const rows = [...byExperiment(journal)].map(([name, timings]) => [
    name.split('/')[1] ?? name,
    ...[
      timings.map((t) => t.own),
      timings.map((t) => t.faults),
      timings.map((t) => t.own - t.faults),
      ...columns.map((phase) => timings.map((t) => t.phases[phase] ?? 0)),
    ].map(inSeconds),
  ]);
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
}

/** Writes each experiment's own time in each run of a journal, in seconds, as JSON by name. */
export function writeDurations(journal: string): void {
  const durations = [...byExperiment(journal)].map(([name, timings]) => [
    name,
    timings.map((t) => Number((t.own / 1000).toFixed(1))),
  ]);
  writeFileSync(DURATIONS, `${JSON.stringify(Object.fromEntries(durations), null, 2)}\n`);
}

function byExperiment(journal: string): Map<string, Timing[]> {
  const timings = readTimings(journal).sort((a, b) => a.experiment.localeCompare(b.experiment));
  const found = new Map<string, Timing[]>();
  for (const timing of timings) found.set(timing.experiment, [...(found.get(timing.experiment) ?? []), timing]);
  return found;
}

function inSeconds(values: readonly number[]): string {
  return (median(values) / 1000).toFixed(1);
}
