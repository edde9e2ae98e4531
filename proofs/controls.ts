/** Proves of every experiment that it can go wrong: green, then with its fault left out, then with its claim made false. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ExperimentResult } from '../reports/result.ts';
import { whatIsWrong } from '../reports/control-meaning.ts';
import { declaredExperiments } from './declared-experiments.ts';
import type { ExperimentSpec } from '../reports/catalogue/specs.ts';
import { runSuite } from './inner/run-suite.ts';
import { readSettings, type Control } from '../helpers/settings.ts';
import { up } from '../lab/commands/up.ts';
import { DEFAULT_PLAN } from '../lab/zeebe/plans.ts';

const TABLE = path.resolve('docs/proofs/control-runs.md');
const kinds: readonly Control[] = ['none', 'no-effect', 'refuted'];

type Results = ReadonlyMap<Control, readonly ExperimentResult[]>;

/** Runs the suite three times and writes the table of verdicts; throws if one is not as it must be. */
export async function proveControls(): Promise<void> {
  await up(readSettings(), DEFAULT_PLAN);
  const results = new Map<Control, readonly ExperimentResult[]>();
  const specs = await declaredExperiments();
  for (const control of kinds) {
    console.log(`All experiments, CHAOS_CONTROL=${control} …`);
    const run = await runSuite(`proof-control-${control}`, 'suites/production-m', { CHAOS_CONTROL: control });
    results.set(control, run.experiments);
    writeTable(specs, results);
  }
  const wrong = specs.flatMap((spec) =>
    kinds.map((c) => whatIsWrong(spec, c, resultOf(results, c, spec.name)) ?? []).flat(),
  );
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  console.log(`${kinds.length * specs.length} runs ended as they must; the table: ${path.relative('.', TABLE)}.`);
}

function writeTable(specs: readonly ExperimentSpec[], results: Results): void {
  const head = ['experiment', 'as it is', 'its fault left out', 'its claim made false'];
  const rows = specs.map(({ name }) => [name, ...kinds.map((c) => inWords(resultOf(results, c, name)))]);
  const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  mkdirSync(path.dirname(TABLE), { recursive: true });
  writeFileSync(
    TABLE,
    `# Every experiment can go wrong

Written by \`npm run proof -- controls\`: each experiment as it is, once with its fault left out while its proof is still
asked for (it must be broken), and once with its claim made false in the cluster by its refuter (it must have failed).

${table.join('\n')}
`,
  );
}

function resultOf(results: Results, control: Control, name: string): ExperimentResult | undefined {
  return results.get(control)?.find((r) => r.name === name);
}

function inWords(result: ExperimentResult | undefined): string {
  if (!result) return 'not run';
  const reason = (result.reason.split('\n')[0] ?? '').replaceAll('|', '\\|');
  return reason === ''
    ? result.verdict
    : `${result.verdict}: ${reason.length > 160 ? `${reason.slice(0, 160)}…` : reason}`;
}
