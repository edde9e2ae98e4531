import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { green, red, spec } from './mini-specs.ts';
import { runMiniSuite, type MiniRun } from './mini-suite.ts';

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
    expect(output).toContain('No experiment ran: what the command line asks for selects none.');
    expect({ exitCode, results, allure }).toEqual({ exitCode: 1, results: [], allure: [] });
  });

  test.for([['--changed'], ['--passWithNoTests', 'no-such-file']])(
    'ends with exit code 1 when %o selects no file',
    { timeout: 90_000 },
    async (args) => {
      const { exitCode, output } = await runMiniSuite(green, { args });
      expect(output).toContain('No experiment ran: what the command line asks for selects none.');
      expect(exitCode).toBe(1);
    },
  );
});

test('an experiment has one history, whether its file could be loaded or not', { timeout: 90_000 }, async () => {
  const [loaded, not] = [spec(`test(claim, cut);`), `import './no-such-file.ts';`];
  const runs = [await runMiniSuite({ one: loaded }), await runMiniSuite({ one: not })];
  const ids = runs.map(({ allure }) => allure.map(({ testCaseId, historyId }) => [testCaseId, historyId]));
  expect(ids).toEqual([[['mini/one', 'mini/one']], [['mini/one', 'mini/one']]]);
});

describe('a run with flags of vitest', () => {
  test('that ends at the first failure tells what did not run', { timeout: 90_000 }, async () => {
    const refuted = spec(`test(claim, () => { throw new ClaimRefuted('no leader'); });`);
    const { exitCode, results } = await runMiniSuite(
      { refuted, later: refuted },
      { args: ['--bail=1', '--no-file-parallelism'] },
    );
    expect(results.map(({ verdict, reason }) => [verdict, reason]).sort()).toEqual([
      ['broken', 'unfinished: never started'],
      ['failed', 'no leader'],
    ]);
    expect(exitCode).toBe(1);
  });

  test('that overlooks errors nobody awaited is broken by them still', { timeout: 90_000 }, async () => {
    const stray = spec(`test(claim, async () => {
      setTimeout(() => { throw new Error('nobody awaits this'); }, 10);
      await new Promise((resolve) => setTimeout(resolve, 200));
    });`);
    const { exitCode, results } = await runMiniSuite({ stray }, { args: ['--dangerouslyIgnoreUnhandledErrors'] });
    expect(results).toMatchObject([{ verdict: 'broken', reason: 'an error nobody awaited: nobody awaits this' }]);
    expect(exitCode).toBe(1);
  });

  test('that shuffles, or writes another report beside ours, is as it is without', { timeout: 90_000 }, async () => {
    const args = ['--sequence.shuffle', '--outputFile=out/another.json'];
    const { exitCode, results } = await runMiniSuite(green, { args });
    expect(results.map(({ verdict }) => verdict).sort()).toEqual(['passed', 'skipped']);
    expect(exitCode).toBe(0);
  });
});
