/** Spec files that end in every way, for tests of what reports say of them. */
import { expect } from 'vitest';

/** A spec file around a body. */
export const spec = (body: string): string => `
  import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
  import { ClaimRefuted, ExperimentInvalid, FaultWithoutEffect } from '../../../helpers/verdict/errors.ts';
  const claim = 'the claim holds';
  const cut = async () => new Promise((resolve) => setTimeout(resolve, 1));
  const lived = { kind: 'disconnect', title: 'a cut', proven: true, heldToTheEnd: true, gone: true };
  const writeDown = (other = {}) => ({ task }) => {
    task.meta.record = { declared: ['disconnect'], faults: [lived], claims: 1, assumptions: 0, ...other };
  };
  beforeEach(writeDown());
  ${body}`;

/** Those in which nothing goes wrong. */
export const green = {
  passes: spec(`beforeAll(cut); test(claim, cut); afterAll(cut);`),
  'skips-itself': spec(`test(claim, ({ skip }) => skip('one broker leads every partition'));`),
};

/** Name → [spec, verdict, reason]. */
export const red: Record<string, [source: string, verdict: 'failed' | 'broken', reason: string]> = {
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
  'writes-nothing-down': [
    spec(`test(claim, ({ task }) => { delete task.meta.record; });`),
    'broken',
    '"the claim holds" is expected to write down what it lives through, and has not: take `test` and `experiment` from the fixtures.',
  ],
  'claims-nothing': [
    spec(`test(claim, writeDown({ claims: 0 }));`),
    'broken',
    'The experiment is expected to put a claim about Zeebe, and has put none.',
  ],
  'lifts-nothing': [
    spec(`test(claim, writeDown({ faults: [{ ...lived, heldToTheEnd: false }] }));`),
    'broken',
    'The experiment is expected to lift "a cut", which proves that it held to the end, and has not.',
  ],
};
