import { describe, expect, test } from 'vitest';
import { longestGap } from './gaps.ts';
import type { Create } from './history.ts';

const created = (at: number, partition = 1, outcome: Create['outcome'] = 'ok'): Create => ({
  op: 'create',
  request: at,
  at,
  tookMs: 0,
  outcome,
  ...(outcome === 'ok' ? { key: 1n, partition } : {}),
});

describe('the longest gap', () => {
  test('lies between two acknowledged instances of the partition', () => {
    expect(longestGap([created(10), created(20), created(70), created(90)], 1, 0, 100)).toBe(50);
  });

  test('counts from the beginning and to the end of the span', () => {
    expect(longestGap([created(60)], 1, 0, 100)).toBe(60);
    expect(longestGap([created(30)], 1, 0, 100)).toBe(70);
  });

  test('is the whole span where nothing was acknowledged in it', () => {
    const elsewhere = [created(50, 2), created(50, 1, 'unknown'), created(-10), created(200)];
    expect(longestGap(elsewhere, 1, 0, 100)).toBe(100);
  });
});
