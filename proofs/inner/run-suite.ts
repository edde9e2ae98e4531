/** Runs experiments in a vitest of their own, as a user would, and reads what became of them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import type { ExperimentResult } from '../../reports/result.ts';
import { remember } from './inner-runs.ts';

export interface SuiteRun {
  readonly exitCode: number | undefined;
  readonly output: string;
  readonly experiments: readonly ExperimentResult[];
}

const VITEST = path.resolve('node_modules/vitest/vitest.mjs');

/**
 * Runs the spec files that `filter` matches; results go to a folder of their own, named after `name`.
 *
 * @param env settings on top of those of this process
 * @param onLine called with each line of output as it comes
 */
export async function runSuite(
  name: string,
  filter: string,
  env: Record<string, string> = {},
  onLine: (line: string) => void = () => undefined,
): Promise<SuiteRun> {
  const reports = path.resolve('reports/out', name);
  // Without npx in between, which does not hand every signal on.
  const run = execa(process.execPath, [VITEST, 'run', filter], {
    all: true,
    reject: false,
    env: { ...env, CHAOS_REPORTS: reports, NO_COLOR: '1' },
  });
  remember(run);
  for await (const line of run.iterable({ from: 'all' })) onLine(line);
  const { exitCode, all } = await run;
  const results = path.join(reports, 'results.json');
  const { experiments } = existsSync(results)
    ? (JSON.parse(readFileSync(results, 'utf8')) as { experiments: ExperimentResult[] })
    : { experiments: [] };
  return { exitCode, output: all, experiments };
}
