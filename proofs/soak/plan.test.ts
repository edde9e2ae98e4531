import { expect, test } from 'vitest';
import { soakPlan } from './plan.ts';

const files = ['a', 'b', 'c', 'd', 'e', 'f'];

test('every file is in every round, half of them beside busy processes', () => {
  const plan = soakPlan(files, 4);
  for (const round of [1, 2, 3, 4])
    expect(
      plan
        .filter((step) => step.round === round)
        .map(({ file }) => file)
        .sort(),
    ).toEqual(files);
  expect(new Set(plan.filter(({ busy }) => busy).map(({ round }) => round))).toEqual(new Set([2, 4]));
});

test('a round has its own order, and the same one where the proof goes on', () => {
  const order = (round: number, given: string[]) =>
    soakPlan(given, round)
      .filter((step) => step.round === round)
      .map(({ file }) => file);
  expect(order(1, files)).not.toEqual(order(2, files));
  expect(order(2, files.toReversed())).toEqual(order(2, files));
});
