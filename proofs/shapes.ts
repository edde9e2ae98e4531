/** Proves the suite on the lab in each of its shapes: every experiment passed or skipped, as the doctor said before. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { tryAccess } from '../helpers/cluster/try-access.ts';
import { readSettings, type Shape } from '../helpers/settings.ts';
import type { ZeebeAccess } from '../helpers/zeebe/access.ts';
import { up } from '../lab/commands/up.ts';
import { layoutOf } from '../lab/layout.ts';
import { connectLab } from '../lab/status.ts';
import { DEFAULT_PLAN } from '../lab/zeebe/plans.ts';
import { securedAccess } from '../lab/zeebe/secured.ts';
import { differencesOf } from '../lab/zeebe/shapes.ts';
import { runSuite } from './inner/run-suite.ts';
import { addToRecord, checkedOut, readRecord, writePage } from './record.ts';

const ORDER: readonly Shape[] = ['usual', 'embedded', 'secured', 'restricted'];

interface Tried {
  readonly shape: Shape;
  readonly commit: string;
  readonly experiments: readonly Row[];
  /** Of the suite and of the doctor. */
  readonly seconds: number;
  readonly doctorSeconds: number;
  /** What the doctor found wrong, and what else was, a line each. */
  readonly wrong: readonly string[];
}

interface Row {
  readonly name: string;
  /** What the doctor said before: `runs`, `skipped`, `broken`. */
  readonly said: string;
  readonly verdict: string;
  readonly reason: string;
}

const RECORD = path.resolve('reports/out/proofs/shapes.jsonl');
const TABLE = path.resolve('docs/proofs/shapes.md');
const readTried = (): Tried[] => readRecord(RECORD);

/**
 * Tries each shape once, and goes on where an earlier, interrupted proof stopped; leaves the lab in the last. Throws if an
 * experiment was neither passed nor skipped, or if the doctor said something else.
 */
export async function proveShapes(): Promise<void> {
  if (readTried().length >= ORDER.length) rmSync(RECORD, { force: true });
  for (const shape of ORDER.slice(readTried().length)) {
    const done = await tried(shape);
    addToRecord(RECORD, done);
    await writeTable(readTried());
    console.log(`${shape}: ${inWords(done)}`);
  }
  const all = readTried();
  if (!all.every(isRight)) throw new Error(all.map((one) => `${one.shape}: ${inWords(one)}`).join('\n'));
}

async function tried(shape: Shape): Promise<Tried> {
  await up({ ...readSettings(), labShape: shape }, DEFAULT_PLAN);
  const doctorBegun = performance.now();
  const { stdout } = await execa('npm', ['run', '--silent', 'doctor'], { reject: false });
  const doctorSeconds = secondsSince(doctorBegun);
  const lines = stdout.split('\n').map((line) => line.trim());
  const wrong = [...lines.filter((line) => line.startsWith('wrong ')), ...(await letIn(shape))];
  const said = new Map(lines.flatMap((line) => sayingIn(line)));
  const begun = performance.now();
  const reports = `proof-shape-${shape}`;
  rmSync(path.resolve('reports/out', reports), { recursive: true, force: true });
  const { experiments, exitCode } = await runSuite(reports, `suites/${DEFAULT_PLAN}`, { CHAOS_LAB_SHAPE: shape });
  const seconds = secondsSince(begun);
  if (exitCode !== 0) wrong.push(`the suite ended with ${exitCode}`);
  const rows = [...said].map(([name, saying]) => {
    const { verdict = 'did not run', reason = '' } = experiments.find((e) => e.name === name) ?? {};
    return { name, said: saying, verdict, reason };
  });
  return { shape, commit: await checkedOut(), experiments: rows, seconds, doctorSeconds, wrong };
}

/** In the shape `secured`, says whether somebody who does not say who it is was let in. */
async function letIn(shape: Shape): Promise<string[]> {
  if (!differencesOf(shape).secured) return [];
  const settings = readSettings();
  const layout = layoutOf(settings);
  const nobody: ZeebeAccess = { ...securedAccess(layout), credentials: { kind: 'none' } };
  return tryAccess(connectLab(layout), { ...settings, access: nobody }).then(
    () => ['nobody in particular was let in'],
    () => [],
  );
}

/** An experiment's name and what the doctor says of it. */
function sayingIn(line: string): [string, string][] {
  const [, said = '', name = ''] = /^(runs|skipped|broken) +(\S+\/\S+)/.exec(line) ?? [];
  return name ? [[name, said]] : [];
}

function secondsSince(begun: number): number {
  return Number(((performance.now() - begun) / 1000).toFixed(1));
}

function isAsSaid({ said, verdict }: Row): boolean {
  return (said === 'runs' && verdict === 'passed') || (said === 'skipped' && verdict === 'skipped');
}

function isRight({ experiments, wrong }: Tried): boolean {
  return experiments.length > 0 && experiments.every(isAsSaid) && wrong.length === 0;
}

function inWords({ experiments, wrong }: Tried): string {
  const count = (verdict: string) => experiments.filter((e) => e.verdict === verdict).length;
  const others = experiments.filter((e) => !isAsSaid(e));
  const odd = others.map(
    ({ name, said, verdict, reason }) => `${name} ${verdict}, said ${said || 'nothing'}: ${reason}`,
  );
  return [`${count('passed')} passed, ${count('skipped')} skipped`, ...odd, ...wrong].join('; ');
}

function whoeverItWas(reason: string): string {
  return reason.replaceAll(/camunda-zeebe-\d/g, '…').replaceAll(/ \([^()]*container "[^()]*\)/g, '');
}

async function writeTable(all: readonly Tried[]): Promise<void> {
  const names = [...new Set(all.flatMap(({ experiments }) => experiments.map(({ name }) => name)))];
  const verdictOf = (name: string, { experiments }: Tried) =>
    experiments.find((e) => e.name === name)?.verdict ?? 'did not run';
  const rows = names.map((name) => `| ${name} | ${all.map((one) => verdictOf(name, one)).join(' | ')} |`);
  const reasons = all.flatMap(({ shape, experiments }) =>
    [...new Set(experiments.filter((e) => e.verdict === 'skipped').map((e) => whoeverItWas(e.reason)))].map(
      (reason) => `- ${shape}: ${reason}`,
    ),
  );
  const heads = all.map(({ shape }) => shape);
  await writePage(
    TABLE,
    `# The suite on the lab in each of its shapes

Written by \`npm run proof -- shapes\` after each. [The shapes](../lab.md#shapes). Before each suite \`npm run doctor\` says what
will become of every experiment; the proof fails where it was something else.

| experiment | ${heads.join(' | ')} |
| --- | ${heads.map(() => '---').join(' | ')} |
${rows.join('\n')}
| seconds, the suite | ${all.map(({ seconds }) => seconds).join(' | ')} |
| seconds, the doctor | ${all.map(({ doctorSeconds }) => doctorSeconds).join(' | ')} |
| as the doctor said | ${all.map((one) => (isRight(one) ? 'yes' : inWords(one))).join(' | ')} |
| at commit | ${all.map(({ commit }) => commit).join(' | ')} |

Why experiments were skipped, without the names of pods and what is said of each container:

${reasons.join('\n') || '- none was'}
`,
  );
}
