/** For tests of the reporters: specs made up on the spot, run by a vitest of their own. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import type { TestResult } from 'allure-js-commons';
import type { ExperimentResult } from './result.ts';

export interface MiniRun {
  exitCode: number | undefined;
  output: string;
  /** What `results.json` says. */
  summary: { results: string[]; counts: Record<string, number>; experiments: ExperimentResult[] } | undefined;
  /** The files of `results/`, one for each experiment. */
  results: ExperimentResult[];
  allure: TestResult[];
}

// inside the repository, where the specs find its node_modules
const home = resolve('reports/.mini-suites');

/** Runs the given spec sources, by name, as experiments of a plan `mini` in a vitest of their own. */
export async function runMiniSuite(
  specs: Record<string, string>,
  { args = [], globalSetup = '', killWhen }: { args?: string[]; globalSetup?: string; killWhen?: string } = {},
): Promise<MiniRun> {
  mkdirSync(home, { recursive: true });
  const root = mkdtempSync(join(home, 'run-'));
  mkdirSync(join(root, 'mini'));
  for (const [name, source] of Object.entries(specs)) writeFileSync(join(root, 'mini', `${name}.test.ts`), source);
  writeFileSync(join(root, 'global-setup.ts'), `export default (project) => {${globalSetup}};`);
  writeFileSync(join(root, 'vitest.config.ts'), configuration(root));

  const vitest = execa(process.execPath, [resolve('node_modules/vitest/vitest.mjs'), 'run', '--root', root, ...args], {
    all: true,
    reject: false,
    env: { NO_COLOR: '1' },
  });
  if (killWhen !== undefined)
    vitest.all.on('data', (chunk) => String(chunk).includes(killWhen) && vitest.kill('SIGKILL'));
  const { exitCode, all } = await vitest;
  return { exitCode, output: all, ...readReports(join(root, 'out')) };
}

function configuration(root: string): string {
  const out = JSON.stringify(join(root, 'out'));
  return `
    import AllureVerdictReporter from '../../allure-reporter.ts';
    import VerdictReporter from '../../verdict-reporter.ts';
    const options = { outputDir: ${out}, resultsDir: ${out} + '/allure-results' };
    export default { test: {
      name: 'suites', globalSetup: ['global-setup.ts'], include: ['mini/*.test.ts'], pool: 'forks', maxWorkers: 2, watch: false,
      reporters: ['default', new VerdictReporter(options), new AllureVerdictReporter(options)],
    } };`;
}

function readReports(out: string): Pick<MiniRun, 'summary' | 'results' | 'allure'> {
  const [summary] = readJson(out, /^results\.json$/) as MiniRun['summary'][];
  return {
    summary,
    results: readJson(join(out, 'results'), /\.json$/) as ExperimentResult[],
    allure: readJson(join(out, 'allure-results'), /-result\.json$/) as TestResult[],
  };
}

function readJson(folder: string, files: RegExp): unknown[] {
  const names = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => files.test(name));
  return names.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown);
}
