import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { minutes, seconds } from '../helpers/wait/deadline.ts';
import { makeReport } from '../reports/report/make.ts';
import { whatIsWrong } from '../reports/control-meaning.ts';
import { declaredExperiments } from './declared-experiments.ts';
import { runSuite, type SuiteRun } from './inner/run-suite.ts';

const specs = await declaredExperiments();

const controls = [
  { control: 'no-effect', what: 'is broken when its fault has no effect' },
  { control: 'refuted', what: 'fails when its claim is made false in the cluster' },
] as const;

describe.each(controls)('each experiment $what', ({ control }) => {
  const reports = path.resolve('reports/out', `control-${control}`);
  let run: SuiteRun;

  beforeAll(async () => {
    run = await runSuite(`control-${control}`, 'suites/production-m', { CHAOS_CONTROL: control });
  }, 25 * minutes);

  test.each(specs)('$name', (spec) => {
    const result = run.experiments.find(({ name }) => name === spec.name);
    expect(whatIsWrong(spec, control, result)).toBeUndefined();
  });

  test('none is left out, and the run ends with 1', () => {
    expect(run.experiments.map((e) => e.name).sort()).toEqual(specs.map((e) => e.name));
    expect(run.exitCode).toBe(1);
  });

  test('collecting what is to be known of them takes less than 5 % of their time', () => {
    const start = Math.min(...run.experiments.map(({ startTime }) => startTime));
    const lines = readFileSync(path.join(reports, 'journal.jsonl'), 'utf8').trim().split('\n');
    const collecting = lines
      .map((line) => JSON.parse(line) as { time: string; diagnostics?: unknown; tookMs?: number })
      .filter(({ time, diagnostics }) => diagnostics !== undefined && Date.parse(time) >= start)
      .map(({ tookMs = Number.NaN }) => tookMs);
    expect(collecting).toHaveLength(run.experiments.length);
    const time = sum(run.experiments.map(({ durationMs }) => durationMs));
    expect(sum(collecting) / time, `${collecting.join(', ')} ms`).toBeLessThan(0.05);
  });

  test('their report is less than 8 MB and made in less than 5 s', { timeout: 2 * minutes }, async () => {
    // The least of three: the host does other things, too.
    const times: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const begun = performance.now();
      const page = await makeReport(reports);
      times.push(performance.now() - begun);
      expect(statSync(page).size).toBeLessThan(8_000_000);
    }
    expect(Math.min(...times)).toBeLessThan(5 * seconds);
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
