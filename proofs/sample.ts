/** A report with an experiment of each kind of verdict, from real runs on the lab. */
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runSuite } from './inner/run-suite.ts';
import type { Control } from '../helpers/settings.ts';
import { makeReport } from '../reports/report/make.ts';

const RUNS: readonly (readonly [control: Control, experiment: string])[] = [
  ['none', 'leader-terminate'],
  ['refuted', 'deployment-distribution'],
  ['no-effect', 'follower-terminate'],
];

export interface Sample {
  readonly page: string;
  /** The page of the experiment with this status. */
  urlOf(status: 'passed' | 'failed' | 'broken'): string;
}

/** Runs one experiment that passes and two control runs, and makes one report of the three, in a folder of this name. */
export async function makeSample(name: string): Promise<Sample> {
  const out = path.resolve('reports/out', name);
  rmSync(out, { recursive: true, force: true });
  for (const [control, experiment] of RUNS) {
    const folder = `${name}-${control}`;
    await runSuite(folder, `suites/production-m/${experiment}`, { CHAOS_CONTROL: control });
    mkdirSync(out, { recursive: true });
    cpSync(path.resolve('reports/out', folder, 'allure-results'), path.join(out, 'allure-results'), {
      recursive: true,
    });
  }
  const page = await makeReport(out);
  const { byId } = JSON.parse(readFileSync(path.join(path.dirname(page), 'test-results.json'), 'utf8')) as {
    byId: Record<string, { id: string; status: string }>;
  };
  const urlOf = (status: string) => {
    const result = Object.values(byId).find((one) => one.status === status);
    if (!result) throw new Error(`An experiment with status ${status} is expected in ${page}.`);
    return `${pathToFileURL(page).href}#${result.id}`;
  };
  return { page, urlOf };
}
