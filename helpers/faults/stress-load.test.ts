import { describe, expect, test } from 'vitest';
import { loadOf } from './stress-load.ts';

describe('a load', () => {
  test('that computes must starve the threads beside it, and more than they starve anyway', () => {
    const { enough } = loadOf({ cpu: 8 });
    expect([enough(1000, 100), enough(199, 10), enough(500, 200)]).toEqual([true, false, false]);
  });

  test('of memory must hold what was asked for, but for what a process needs itself', () => {
    const { enough, arguments: given } = loadOf({ memory: 100 });
    expect([enough(101, 0), enough(89, 0)]).toEqual([true, false]);
    expect(given).toContain('100M');
  });

  test('of writes must write at least a mebibyte a second', () => {
    const { enough } = loadOf({ io: 2 });
    expect([enough(5000, 0), enough(1000, 0)]).toEqual([true, false]);
  });
});
