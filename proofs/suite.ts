/** Proves that a suite is green again and again on one lab, and that nothing grows. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { runSuite } from './inner/run-suite.ts';
import { readSettings } from '../helpers/settings.ts';
import { up } from '../lab/commands/up.ts';
import { DEFAULT_PLAN } from '../lab/zeebe/plans.ts';
import { measureFootprint, type Footprint } from './footprint.ts';
import { aboutEngines, engineSeen } from '../reports/engine-seen.ts';
import { addToRecord, readRecord } from './record.ts';
import { timingRows, writeDurations } from './suite-times.ts';

interface Run extends Footprint {
  readonly run: number;
  readonly verdicts: Record<string, string>;
  readonly seconds: number;
}

const RECORD = path.resolve('reports/out/proofs/suite.jsonl');
/** The folder of the runs' reports below reports/out; their journals are appended to one another. */
const REPORTS = 'proof-suite';
const JOURNAL = path.resolve('reports/out', REPORTS, 'journal.jsonl');
const TABLE = path.resolve('docs/proofs/suite.md');

const readRuns = (): Run[] => readRecord(RECORD);

/**
 * Runs the suite ten times, or as often as told, and goes on where an earlier, interrupted proof stopped; throws if a
 * run was not green. A finished proof is begun anew.
 */
export async function proveSuite([wanted = '10']: string[]): Promise<void> {
  const total = Number(wanted);
  if (!Number.isInteger(total) || total < 1) throw new Error(`A number of runs is expected, found "${wanted}".`);
  await up(readSettings(), DEFAULT_PLAN);
  if (readRuns().length === 0 || readRuns().length >= total)
    for (const file of [RECORD, JOURNAL]) rmSync(file, { force: true });
  for (let runs = readRuns(); runs.length < total; runs = readRuns()) {
    const run = await measuredRun(runs.length + 1);
    addToRecord(RECORD, run);
    writeTable(readRuns());
    writeDurations(JOURNAL);
    console.log(`run ${run.run} of ${total}: ${describe(run)}`);
  }
  // The catalogue tells the usual durations.
  await execa('npm', ['run', 'catalogue']);
  const red = readRuns().filter((run) => !isGreen(run));
  if (red.length > 0)
    throw new Error(`${red.length} of ${total} runs were not green: ${red.map((r) => r.run).join(', ')}.`);
  console.log(`${total} of ${total} runs green; the table is in ${path.relative('.', TABLE)}.`);
}

async function measuredRun(run: number): Promise<Run> {
  const start = performance.now();
  const { experiments } = await runSuite(REPORTS, 'suites/production-m');
  const seconds = Number(((performance.now() - start) / 1000).toFixed(1));
  const verdicts = Object.fromEntries(
    experiments.map((e) => [e.name, e.verdict === 'passed' ? e.verdict : `${e.verdict}: ${e.reason}`]),
  );
  return { run, verdicts, seconds, ...(await measureFootprint(readSettings())) };
}

function writeTable(runs: Run[]): void {
  const rows = runs.map(
    (r) =>
      `| ${r.run} | ${describe(r)} | ${r.seconds} | ${r.processes} | ${r.mounts} | ${r.memoryMiB} | ${r.objects} | ${r.endedToolContainers} |`,
  );
  const names = Object.keys(runs.at(-1)?.verdicts ?? {});
  const about = aboutEngines(names.map((name) => engineSeen(JOURNAL, name, 0)));
  mkdirSync(path.dirname(TABLE), { recursive: true });
  writeFileSync(
    TABLE,
    `# The suite, run again and again

Written by \`npm run proof -- suite\` after each run on one lab. Memory is what the whole machine uses; objects are those
of the namespace; ended tool containers stay in a pod's record until the pod is replaced.
${about.join(' ')}

| run | verdicts | seconds | processes | mounts | memory in MiB | objects | ended tool containers |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## Where the time goes

Medians over these runs, in seconds. _Own_ is an experiment's time from its first steady state to its last, without the
start of the runner and without the rebalance that an experiment before it made necessary. _Fault_ is the time from the
injection of its faults until they were proven gone: for a restart or a kill, what the pod took to stop and to start.

${timingRows(JOURNAL).join('\n')}
`,
  );
}

function isGreen({ verdicts }: Run): boolean {
  const all = Object.values(verdicts);
  return all.length > 0 && all.every((verdict) => verdict === 'passed');
}

function describe(run: Run): string {
  if (isGreen(run)) return `${Object.keys(run.verdicts).length} passed`;
  const red = Object.entries(run.verdicts).filter(([, verdict]) => verdict !== 'passed');
  return red.map(([name, verdict]) => `${name} ${verdict}`).join('; ') || 'no experiment ran';
}
