/** Proves that the framework's own tests say the same again and again, whatever ran before them and beside them. */
import path from 'node:path';
import { execa } from 'execa';
import { isPassed, runTests, type Tested } from './inner/run-tests.ts';
import { addToRecord, checkedOut, readRecord, writePage } from './record.ts';
import { besideBusy } from './soak/busy.ts';
import { soakPlan, type Soaked, type Step } from './soak/plan.ts';
import { soakTable } from './soak/table.ts';

/** Kept with the table: twenty rounds take longer than one may have one machine. */
const RECORD = path.resolve('docs/proofs/soak.jsonl');
const REPORTS = path.resolve('reports/out/proof-soak');
const TABLE = path.resolve('docs/proofs/soak.md');
const CORES = 2;

/**
 * Runs every file of cluster tests twenty times, or as often as told, and goes on where an earlier, interrupted proof
 * stopped; throws if a test was red in any round. To begin anew, remove docs/proofs/soak.jsonl.
 */
export async function proveSoak([wanted = '20']: string[]): Promise<void> {
  const rounds = Number(wanted);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`A number of rounds is expected, found "${wanted}".`);
  const soaked = () => readRecord<Soaked>(RECORD);
  const todo = soakPlan(await clusterTests(), rounds).filter(
    (step) => !soaked().some(({ round, file }) => round === step.round && file === step.file),
  );
  for (const [n, step] of todo.entries()) {
    const result = await take(step);
    addToRecord(RECORD, result);
    await writeTable(soaked());
    const red = result.tests.filter((test) => !isPassed(test));
    const said = red.map(({ test, why }) => `RED ${test}: ${why}`).join('; ') || `${result.tests.length} passed`;
    console.log(`${n + 1} of ${todo.length}: round ${step.round}${step.busy ? ', busy' : ''}: ${step.file}: ${said}`);
  }
  const red = soaked().flatMap(({ tests }) => tests.filter((test) => !isPassed(test)));
  if (red.length > 0) throw new Error(`${red.length} tests were red; ${path.relative('.', TABLE)} names them.`);
}

async function clusterTests(): Promise<string[]> {
  const { stdout } = await execa('git', ['ls-files', '*.cluster.test.ts']);
  return stdout.split('\n').filter(Boolean);
}

async function take(step: Step): Promise<Soaked> {
  const commit = await checkedOut();
  const run = (): Promise<Tested[]> => runTests('cluster', step.file, REPORTS).catch(noneRan);
  const tests = await besideBusy(step.busy ? CORES : 0, run);
  return { ...step, tests, commit };
}

function noneRan(error: unknown): Tested[] {
  const [why = ''] = String(error).split('\n');
  return [{ test: 'the file as a whole', status: 'none ran', seconds: 0, why }];
}

async function writeTable(soaked: readonly Soaked[]): Promise<void> {
  const markdown = soakTable(soaked);
  await writePage(TABLE, markdown);
}
