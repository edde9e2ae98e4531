import { expect, test } from 'vitest';
import type { Verdict } from '../helpers/verdict/verdict.ts';
import type { ExperimentResult } from '../reports/result.ts';
import { hasVerdict, isBenchBroken, outcomeOfChild } from './child-outcome.ts';
import type { ChildRun } from './child-run.ts';

const name = 'production-m/leader-restart';

function ended(exitCode: number, verdict?: Verdict, refused?: string): ChildRun {
  const result: ExperimentResult | undefined = verdict && {
    ...verdict,
    name,
    startTime: 1_000,
    endTime: 3_000,
    durationMs: 2_000,
  };
  const refusal = refused === undefined ? undefined : { refused, inUse: false };
  return { result, refusal, exitCode, ending: `vitest ended with ${exitCode}` };
}

const passed: Verdict = { verdict: 'passed', reason: '' };
const failed: Verdict = { verdict: 'failed', reason: 'no leader' };
const unfinished: Verdict = { verdict: 'broken', reason: 'unfinished: killed' };

test.for([
  ['passed', ended(0, passed), { verdict: 'passed', reason: '' }],
  ['skipped', ended(0, { verdict: 'skipped', reason: 'no image' }), { verdict: 'skipped', reason: 'no image' }],
  ['failed', ended(1, failed), { verdict: 'failed', reason: 'no leader' }],
  ['unfinished', ended(1, unfinished), { verdict: 'broken', reason: 'unfinished: killed; vitest ended with 1' }],
  [
    'passed, with trouble when its run ended',
    ended(1, passed),
    { verdict: 'broken', reason: 'passed, but then vitest ended with 1; its output says why' },
  ],
  [
    'refused',
    ended(1, undefined, 'the context is missing'),
    { verdict: 'broken', reason: 'before the experiment: the context is missing' },
  ],
  ['gone without a word', ended(127), { verdict: 'broken', reason: 'vitest ended with 127 and left no result' }],
] as const)('an experiment that %s', ([, run, outcome]) => {
  expect(outcomeOfChild(run, name, 'lab', 1_000)).toMatchObject({ name, cluster: 'lab', startTime: 1_000, ...outcome });
});

test('only a run that came to its end has a verdict', () => {
  expect([ended(0, passed), ended(1, failed)].map(hasVerdict)).toEqual([true, true]);
  expect([ended(1, unfinished), ended(1), ended(1, undefined, 'no')].map(hasVerdict)).toEqual([false, false, false]);
});

test('only a run that neither refused nor left a result says that the bench is broken', () => {
  expect(isBenchBroken(ended(127))).toBe(true);
  expect([ended(1, unfinished), ended(1, undefined, 'no')].map(isBenchBroken)).toEqual([false, false]);
});
