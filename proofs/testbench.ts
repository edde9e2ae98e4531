/** Proves the test bench on a whole suite, and the other plans: their suites, their size, and the change to them. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runSuite } from './inner/run-suite.ts';
import { readSettings } from '../helpers/settings.ts';
import { minutes } from '../helpers/wait/deadline.ts';
import { up } from '../lab/commands/up.ts';
import { layoutOf } from '../lab/layout.ts';
import { endWorker, testbench } from '../testbench/command.ts';
import { labMemoryMiB } from './lab-memory.ts';
import { addToRecord, readRecord } from './record.ts';

interface Step {
  readonly step: string;
  readonly result: string;
  readonly seconds: number;
  readonly memoryMiB: number;
}

const RECORD = path.resolve('reports/out/proofs/testbench.jsonl');
const TABLE = path.resolve('docs/proofs/testbench.md');
const settings = readSettings();

const steps: Record<string, () => Promise<string>> = {
  'start of the lab as production-m, if it is not up': () => change('production-m'),
  'change to production-s': () => change('production-s', 15),
  'suite production-s': () => suite('production-s'),
  'change to production-l': () => change('production-l', 30),
  'suite production-l': () => suite('production-l'),
  'change to production-m': () => change('production-m', 15),
  'bench run of production-m': benchRun,
};

const readSteps = (): Step[] => readRecord(RECORD);

/** Takes each step once, and goes on where an earlier, interrupted proof stopped; throws if one was not green. */
export async function proveTestbench(): Promise<void> {
  const names = Object.keys(steps);
  if (readSteps().length >= names.length) rmSync(RECORD, { force: true });
  for (const name of names.slice(readSteps().length)) {
    const begun = performance.now();
    const result = (await steps[name]?.()) ?? '';
    const seconds = Number(((performance.now() - begun) / 1000).toFixed(1));
    const memoryMiB = labMemoryMiB(layoutOf(settings));
    addToRecord(RECORD, { step: name, result, seconds, memoryMiB } satisfies Step);
    writeTable(readSteps());
    console.log(`${name}: ${result}, ${seconds} s`);
  }
  const red = readSteps().filter(({ result }) => !/^(done|[1-9]\d* passed)$/.test(result));
  if (red.length > 0) throw new Error(red.map(({ step, result }) => `${step}: ${result}`).join('\n'));
}

/** @param within seconds */
async function change(plan: string, within = Infinity): Promise<string> {
  const begun = performance.now();
  await up(settings, plan);
  const took = (performance.now() - begun) / 1000;
  return took < within ? 'done' : `took ${took.toFixed(1)} s, expected less than ${within}`;
}

async function suite(plan: string): Promise<string> {
  rmSync(path.resolve('reports/out', `proof-${plan}`), { recursive: true, force: true });
  const { experiments, exitCode, output } = await runSuite(`proof-${plan}`, `suites/${plan}`);
  if (exitCode !== 0 && experiments.every(({ verdict }) => verdict === 'passed')) return output;
  return count(experiments.map(({ name, verdict, reason }) => ({ verdict, what: `${name}: ${reason}` })));
}

async function benchRun(): Promise<string> {
  const deployed = await testbench(['deploy']).ended(10 * minutes);
  if (deployed.exitCode !== 0) return deployed.output;
  const worker = testbench(['worker'], { CHAOS_REPORTS: path.resolve('reports/out/proof-testbench') });
  try {
    const { output } = await testbench(['run', '--clusters', 'lab', '--suite', 'production-m']).ended(30 * minutes);
    const { results } = JSON.parse(output.trim().split('\n').at(-1) ?? '{}') as { results?: string[] };
    const rows = output.matchAll(/^ (passed|failed|broken|skipped) +(.*)$/gm);
    const verdicts = [...rows].map(([, verdict = '', what = '']) => ({ verdict, what }));
    return results?.length === verdicts.length ? count(verdicts) : output;
  } finally {
    await endWorker(worker);
  }
}

function count(verdicts: readonly { verdict: string; what: string }[]): string {
  const others = verdicts.filter(({ verdict }) => verdict !== 'passed');
  const passed = `${verdicts.length - others.length} passed`;
  return [passed, ...others.map(({ verdict, what }) => `${verdict} ${what}`)].join(', ');
}

function writeTable(done: readonly Step[]): void {
  const rows = done.map(
    ({ step, result, seconds, memoryMiB }) => `| ${step} | ${result} | ${seconds} | ${memoryMiB} |`,
  );
  writeFileSync(
    TABLE,
    `# The test bench and the other plans

Written by \`npm run proof -- testbench\` after each of its steps, on one lab. Seconds are those of the whole command, with
what it waited for; memory is what the processes of the lab and in its pods held at its end (Pss).

| step | result | seconds | memory in MiB |
| --- | --- | --- | --- |
${rows.join('\n')}
`,
  );
}
