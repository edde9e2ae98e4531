import { describe, expect, test } from 'vitest';
import { verdictOf, type SpecError, type SpecOutcome } from './verdict.ts';

const held: SpecOutcome = {
  finished: true,
  importErrors: [],
  beforeErrors: [],
  bodyErrors: [],
  afterErrors: [],
  strayErrors: [],
  testsRun: 1,
  skipReasons: [],
  leftOut: [],
  notLived: [],
};
type Case = [when: string, outcome: Partial<SpecOutcome>, reason: string];

const refuted: SpecError = { name: 'AssertionError', message: 'partition 2 has no leader' };
const matcher: SpecError = { name: 'Error', message: 'partition 2 has no leader', __vitest_error_context__: {} };
const trouble: SpecError = { name: 'Error', message: 'API server gone' };
const invalid: SpecError = { name: 'FaultWithoutEffect', message: 'the cut is gone' };

describe('an experiment passes', () => {
  test('when its tests ran and nothing was thrown in any phase', () => {
    expect(verdictOf(held)).toEqual({ verdict: 'passed', reason: '' });
  });
});

describe('an experiment fails', () => {
  test.for<Case>([
    ['an assertion in a test', { bodyErrors: [refuted] }, 'partition 2 has no leader'],
    ['a custom matcher in a test', { bodyErrors: [matcher] }, 'partition 2 has no leader'],
    ['an assertion after the tests', { afterErrors: [refuted] }, 'after the experiment: partition 2 has no leader'],
    ['two claims', { bodyErrors: [refuted], afterErrors: [refuted] }, 'partition 2 has no leader (and 1 more)'],
    ['the same claim twice', { bodyErrors: [refuted, refuted] }, 'partition 2 has no leader'],
    ['a claim, though another test skipped itself', { bodyErrors: [refuted], skipReasons: ['why'] }, refuted.message],
  ])('when %s was refuted', ([, outcome, reason]) => {
    expect(verdictOf({ ...held, ...outcome })).toEqual({ verdict: 'failed', reason });
  });
});

describe('an experiment is broken', () => {
  test.for<Case>([
    ['its file does not load', { importErrors: [trouble] }, 'the spec file did not load: API server gone'],
    [
      'the cluster is not steady before',
      { beforeErrors: [refuted] },
      'before the experiment: partition 2 has no leader',
    ],
    ['a test throws anything but an assertion', { bodyErrors: [trouble] }, 'API server gone'],
    ['its clean-up throws', { afterErrors: [trouble] }, 'after the experiment: API server gone'],
    [
      'a fault had no effect beside a refuted claim',
      { bodyErrors: [refuted, invalid] },
      'FaultWithoutEffect: the cut is gone',
    ],
    [
      'an error was awaited by nobody',
      { strayErrors: [refuted] },
      'an error nobody awaited: partition 2 has no leader',
    ],
    [
      'an invalid experiment also skipped itself',
      { afterErrors: [invalid], skipReasons: ['why'] },
      'after the experiment: FaultWithoutEffect: the cut is gone',
    ],
    [
      'its record lacks something',
      { notLived: ['"a cut" is expected to be proven.'] },
      '"a cut" is expected to be proven.',
    ],
  ])('when %s', ([, outcome, reason]) => {
    expect(verdictOf({ ...held, ...outcome })).toEqual({ verdict: 'broken', reason });
  });

  test('when it was interrupted, whatever had been seen by then', () => {
    expect(verdictOf({ ...held, finished: false })).toEqual({ verdict: 'broken', reason: 'unfinished' });
    expect(verdictOf({ ...held, finished: false, bodyErrors: [refuted] })).toEqual({
      verdict: 'broken',
      reason: 'unfinished: partition 2 has no leader',
    });
  });

  test('when no test ran and none said why', () => {
    expect(verdictOf({ ...held, testsRun: 0 })).toMatchObject({
      verdict: 'broken',
      reason: expect.stringMatching(/^expected at least one test to run, and none did/) as string,
    });
  });
});

describe('an experiment is skipped', () => {
  test('with the reason its test gave', () => {
    expect(verdictOf({ ...held, testsRun: 0, skipReasons: ['one broker leads all'] })).toEqual({
      verdict: 'skipped',
      reason: 'one broker leads all',
    });
  });

  test('when only some of its claims were checked', () => {
    expect(verdictOf({ ...held, testsRun: 1, skipReasons: ['gateways are embedded'] }).verdict).toBe('skipped');
  });
});

describe('what could not be undone', () => {
  const unclean: SpecError = { name: 'CleanupTrouble', message: 'the route of camunda-zeebe-1 is still there' };
  const cleanup = [unclean.message];

  test('makes an experiment broken whose claim held', () => {
    const verdict = verdictOf({ ...held, bodyErrors: [unclean, unclean] });
    expect(verdict).toEqual({ verdict: 'broken', reason: unclean.message, cleanup });
  });

  test('leaves a refuted claim refuted, and is told beside it', () => {
    const verdict = verdictOf({ ...held, bodyErrors: [refuted, unclean] });
    expect(verdict).toEqual({ verdict: 'failed', reason: refuted.message, cleanup });
  });

  test('may be why the cluster is not steady after, so that this refutes nothing', () => {
    const verdict = verdictOf({ ...held, bodyErrors: [unclean], afterErrors: [refuted] });
    expect(verdict).toEqual({ verdict: 'broken', reason: unclean.message, cleanup });
  });
});
