import { describe, expect, test } from 'vitest';
import type { Phase } from '../helpers/journal.ts';
import { median, timingsIn } from './phases.ts';

/** A line of the journal whose step ended at this second and took that many. */
const step = (end: number, took: number, phase: Phase, experiment = 'production-m/one') => ({
  time: new Date(end * 1000).toISOString(),
  run: 'r1',
  experiment,
  phase,
  tookMs: took * 1000,
});

describe('the times of an experiment', () => {
  const kill = [step(21, 1, 'inject'), step(23, 2, 'inject'), step(25, 2, 'claim'), step(31, 6, 'recover')];

  test('are those of its phases, and of its faults from inject until they are gone', () => {
    const lines = [step(20, 1, 'steady before'), ...kill, step(33, 1, 'steady after')];
    expect(timingsIn(lines)).toEqual([
      {
        run: 'r1',
        experiment: 'production-m/one',
        phases: { 'steady before': 1000, inject: 3000, claim: 2000, recover: 6000, 'steady after': 1000 },
        own: 14_000,
        faults: 11_000,
      },
    ]);
  });

  test('leave out the rebalance that an experiment before it made necessary', () => {
    const lines = [
      step(10, 1, 'steady before'),
      step(14, 4, 'rebalance'),
      step(15, 1, 'steady before'),
      ...kill,
      step(33, 1, 'steady after'),
    ];
    expect(timingsIn(lines)).toMatchObject([{ own: 19_000 }]);
  });

  test('count each of several faults', () => {
    const again = kill.map((line) => ({ ...line, time: new Date(Date.parse(line.time) + 20_000).toISOString() }));
    expect(timingsIn([...kill, ...again, step(60, 1, 'steady after')])).toMatchObject([{ faults: 22_000 }]);
  });

  test('are not those of one that was cut short, nor of lines that are no steps', () => {
    expect(timingsIn([...kill, { time: new Date(0).toISOString(), run: 'r1' }])).toEqual([]);
  });
});

test('the median is the middle, or between the two middle values', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});
