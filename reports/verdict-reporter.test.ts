import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMiniSuite, type MiniRun } from './mini-suite.ts';

const spec = (body: string): string => `
  import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
  import { ClaimRefuted, ExperimentInvalid, FaultWithoutEffect } from '../../../helpers/verdict/errors.ts';
  const claim = 'the claim holds';
  const cut = async () => new Promise((resolve) => setTimeout(resolve, 1));
  ${body}`;

const green = {
  passes: spec(`beforeAll(cut); test(claim, cut); afterAll(cut);`),
  'skips-itself': spec(`test(claim, ({ skip }) => skip('one broker leads every partition'));`),
};

// name → [spec, verdict, reason]
const red: Record<string, [source: string, verdict: 'failed' | 'broken', reason: string]> = {
  'assertion-in-body': [
    spec(`test(claim, () => { expect(1, 'partition 1 has a leader').toBe(2); });`),
    'failed',
    'partition 1 has a leader: expected 1 to be 2 // Object.is equality',
  ],
  'claim-refuted-in-body': [
    spec(`test(claim, () => { throw new ClaimRefuted('no leader'); });`),
    'failed',
    'no leader',
  ],
  'matcher-in-body': [
    spec(`
      expect.extend({ toBeSteady: async () => ({ pass: false, message: () => 'partition 2 has no leader' }) });
      test(claim, async () => { await expect({}).toBeSteady(); });`),
    'failed',
    'partition 2 has no leader',
  ],
  'poll-in-body': [
    spec(`test(claim, async () => { await expect.poll(() => 1, { timeout: 50 }).toBe(2); });`),
    'failed',
    'expected 1 to be 2 // Object.is equality',
  ],
  'error-in-body': [spec(`test(claim, () => { throw new Error('API server gone'); });`), 'broken', 'API server gone'],
  'invalid-beside-assertion': [
    spec(`
      test(claim, ({ onTestFinished }) => {
        onTestFinished(() => { throw new FaultWithoutEffect('the cut is gone'); });
        expect(1).toBe(2);
      });`),
    'broken',
    'FaultWithoutEffect: the cut is gone',
  ],
  'assertion-in-before-all': [
    spec(`
      describe('plan', () => {
        beforeAll(() => { expect(1, 'steady').toBe(2); });
        test(claim, cut);
        afterAll(() => { throw new ClaimRefuted('still not steady'); });
      });
      test('another claim holds', cut);`),
    'broken',
    'before the experiment: steady: expected 1 to be 2 // Object.is equality (and 1 more)',
  ],
  'assertion-in-before-each': [
    spec(`beforeEach(() => { throw new ClaimRefuted('not steady'); }); test(claim, cut);`),
    'broken',
    'before the experiment: not steady',
  ],
  'assertion-in-after-all': [
    spec(`
      beforeAll(cut);
      test(claim, cut);
      afterAll(() => { throw new ClaimRefuted('partition 2 has no leader'); });`),
    'failed',
    'after the experiment: partition 2 has no leader',
  ],
  'error-in-after-all': [
    spec(`describe('plan', () => { test(claim, cut); afterAll(() => { throw new Error('API server gone'); }); });`),
    'broken',
    'after the experiment: API server gone',
  ],
  'assertion-after-a-skip': [
    spec(`test(claim, ({ skip }) => skip('why')); afterAll(() => { throw new ClaimRefuted('not steady'); });`),
    'failed',
    'after the experiment: not steady',
  ],
  'timeout-in-body': [
    spec(`test(claim, () => new Promise(() => {}), 50);`),
    'broken',
    expect.stringContaining('Test timed out in 50ms.') as string,
  ],
  'throws-on-import': [
    spec(`throw new Error('no such model');`),
    'broken',
    'the spec file did not load: no such model',
  ],
  'fixture-cleanup-throws': [
    spec(`
      const experiment = test.extend('chaos', ({}, { onCleanup }) => {
        onCleanup(() => { throw new ExperimentInvalid('broker 1 is still cut off'); });
      });
      experiment(claim, ({ chaos }) => {});`),
    'broken',
    'ExperimentInvalid: broker 1 is still cut off',
  ],
  'file-fixture-cleanup-throws': [
    spec(`
      const experiment = test.extend('ledger', { scope: 'file' }, ({}, { onCleanup }) => {
        onCleanup(() => { throw new ExperimentInvalid('the ledger is not empty'); });
      });
      experiment(claim, ({ ledger }) => {});`),
    'broken',
    'after the experiment: ExperimentInvalid: the ledger is not empty',
  ],
  'nobody-awaits-the-lift': [
    spec(`test(claim, async () => { void Promise.reject(new Error('lift failed')); await cut(); });`),
    'broken',
    'an error nobody awaited: lift failed',
  ],
  'worker-dies': [
    spec(`test(claim, () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}); });`),
    'broken',
    'unfinished',
  ],
  'two-cleanups-throw': [
    spec(`
      import { Cleanups } from '../../../fixtures/handed/cleanups.ts';
      const inTurn = (name, work) => [name, async ({ cleanups }, { onCleanup }) => void onCleanup(() => cleanups.run(work))];
      const held = test
        .extend('cleanups', { auto: true }, ({}, { onCleanup }) => {
          const cleanups = new Cleanups();
          onCleanup(() => cleanups.tell());
          return cleanups;
        })
        .extend(...inTurn('clients', async () => { throw new ClaimRefuted('an instance was lost'); }))
        .extend(...inTurn('chaos', async () => { throw new ExperimentInvalid('the cut was not lifted'); }))
        .extend(...inTurn('workers', async () => { throw new Error('no answer'); }));
      held(claim, ({ clients, chaos, workers }) => {});`),
    'broken',
    'no answer (and 1 more)',
  ],
  'one-is-left-out': [
    spec(`test(claim, cut); test.skip('another claim', cut);`),
    'broken',
    'expected every test of the spec file to run, and these did not: another claim; remove .skip and .only',
  ],
  'nothing-runs': [
    spec(`test.skip(claim, cut);`),
    'broken',
    'expected at least one test to run, and none did: remove .skip and .only, and check the spec file',
  ],
};

afterAll(() => {
  rmSync('reports/.mini-suites', { recursive: true, force: true });
});

describe('a run in which nothing went wrong', () => {
  let run: MiniRun;
  beforeAll(async () => {
    run = await runMiniSuite(green);
  }, 90_000);

  test('ends with exit code 0', () => {
    expect(run.exitCode, run.output).toBe(0);
  });

  test('reports what passed, and why the rest was skipped', () => {
    expect(run.summary).toMatchObject({
      schemaVersion: 1,
      results: ['mini/passes completed successfully'],
      counts: { passed: 1, failed: 0, broken: 0, skipped: 1 },
    });
    expect(run.summary?.experiments.sort((a, b) => a.name.localeCompare(b.name))).toMatchObject([
      { name: 'mini/passes', verdict: 'passed', reason: '' },
      { name: 'mini/skips-itself', verdict: 'skipped', reason: 'one broker leads every partition' },
    ]);
    expect(run.output).toContain('{"results":["mini/passes completed successfully"]}');
    expect(run.output).toMatch(/skipped +mini\/skips-itself +[\d.]+ s {2}one broker leads every partition/);
  });

  test('has the same verdicts in Allure', () => {
    expect(run.allure.map(({ status, statusDetails }) => [status, statusDetails.message]).sort()).toEqual([
      ['passed', undefined],
      ['skipped', 'one broker leads every partition'],
    ]);
  });
});

describe('a run in which everything went wrong', () => {
  let run: MiniRun;
  beforeAll(async () => {
    run = await runMiniSuite(Object.fromEntries(Object.entries(red).map(([name, [source]]) => [name, source])));
  }, 90_000);

  test.for(Object.entries(red))('%s is given its verdict and reason', ([name, [, verdict, reason]]) => {
    const found = run.summary?.experiments.find((experiment) => experiment.name === `mini/${name}`);
    expect(found).toMatchObject({ verdict, reason });
    expect(run.results).toContainEqual(found);
    const shown = run.allure.filter(({ fullName }) => fullName?.includes(`/${name}.test.ts`));
    expect(shown).not.toHaveLength(0);
    for (const result of shown) {
      expect(result).toMatchObject({ status: verdict, stage: 'finished', statusDetails: { message: reason } });
    }
  });

  test('ends with exit code 1', () => {
    expect(run.exitCode).toBe(1);
  });
});

describe('a run that was cut short', () => {
  test('leaves what it did not finish as broken when it is killed', { timeout: 90_000 }, async () => {
    const hangs = spec(
      `test(claim, async () => { console.log('fault is in'); await new Promise((r) => process.once('disconnect', r)); });`,
    );
    const run = await runMiniSuite(
      { hangs, 'never-starts': hangs },
      { args: ['--no-file-parallelism'], killWhen: 'fault is in' },
    );
    expect(run.summary).toMatchObject({ results: [], counts: { passed: 0, broken: 2 } });
    expect(run.results.map(({ verdict, reason }) => [verdict, reason]).sort()).toEqual([
      ['broken', 'unfinished'],
      ['broken', 'unfinished: never started'],
    ]);
    expect(run.allure).toMatchObject([
      { name: 'the claim holds', status: 'broken', statusDetails: { message: 'unfinished' } },
    ]);
  });
});

describe('a run that is cancelled', () => {
  test('gives no verdict on a claim that it interrupted', { timeout: 90_000 }, async () => {
    const waits = spec(`
      test('another claim holds', cut);
      test(claim, async ({ signal }) => {
        console.log('it waits');
        await new Promise((resolve) => { signal.addEventListener('abort', resolve); });
        throw new ClaimRefuted('partition 2 has no leader after 1 s');
      });`);
    const globalSetup = `project.vitest.reporters.push({
      // Not when the test is ready: vitest 4.1.12 may keep that back until the worker's next event (throttle in @vitest/runner).
      onUserConsoleLog: ({ content }) => {
        if (content.includes('it waits')) project.vitest.cancelCurrentRun('keyboard-input');
      },
    });`;
    const run = await runMiniSuite({ waits, later: waits }, { args: ['--no-file-parallelism'], globalSetup });
    expect(run.results.map(({ verdict, reason }) => [verdict, reason]).sort()).toEqual([
      ['broken', 'unfinished'],
      ['broken', 'unfinished: never started'],
    ]);
    expect(run.exitCode).toBe(1);
  });
});

describe('a run that proves nothing', () => {
  test('ends with exit code 1 when every test is marked skip', { timeout: 90_000 }, async () => {
    const { exitCode, output } = await runMiniSuite({ 'nothing-runs': spec(`test.skip(claim, cut);`) });
    expect(exitCode, output).toBe(1);
  });

  test('ends with exit code 1 when its name pattern matches no test', { timeout: 90_000 }, async () => {
    const { exitCode, output, results, allure } = await runMiniSuite(green, { args: ['-t', 'no such claim'] });
    expect(output).toContain('No experiment ran: the name pattern or tag filter selected none.');
    expect({ exitCode, results, allure }).toEqual({ exitCode: 1, results: [], allure: [] });
  });
});
