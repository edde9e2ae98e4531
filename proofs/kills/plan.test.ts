import { describe, expect, test } from 'vitest';
import { killOf, killOfAll, type Kill } from './plan.ts';

const kills = (seed: number): Kill[] => Array.from({ length: 50 }, (_, i) => killOf(seed, i + 1, 3));

describe('the kills of a proof', () => {
  test('come again with its seed, and are others with another', () => {
    expect(kills(7)).toEqual(kills(7));
    expect(kills(8).map((k) => k.afterMs)).not.toEqual(kills(7).map((k) => k.afterMs));
  });

  test('are of one broker, of two and of all three, each of them at some time', () => {
    const sets = kills(7).map(({ brokers }) => brokers);
    for (const brokers of sets) expect([...new Set(brokers)].sort()).toEqual(brokers);
    expect(new Set(sets.map((brokers) => brokers.length))).toEqual(new Set([1, 2, 3]));
    expect(new Set(sets.flat())).toEqual(new Set([0, 1, 2]));
  });

  test('come amid creations, end them in every fourth of five rounds, and come amid completions in every fifth', () => {
    const moments = kills(7).map(({ moment }) => moment);
    const five = ['creating', 'creating', 'creating', 'creating, for the last time', 'completing'];
    expect(moments).toEqual(Array.from({ length: 10 }, () => five).flat());
  });

  test('leave brokers away for no time, or for less than 3 s', () => {
    const away = kills(7).map(({ downMs }) => downMs);
    expect(away).toContain(0);
    expect(Math.max(...away)).toBeGreaterThan(1_000);
    expect(Math.max(...away)).toBeLessThan(3_000);
  });
});

test('what is to show a loss kills all brokers, as the load ends and amid completions in turn', () => {
  const [first, second] = [killOfAll(7, 1, 3), killOfAll(7, 2, 3)];

  expect(first).toMatchObject({ brokers: [0, 1, 2], moment: 'creating, for the last time' });
  expect(first.afterMs).toBeGreaterThanOrEqual(1_000);
  expect(second).toMatchObject({ brokers: [0, 1, 2], moment: 'completing' });
});
