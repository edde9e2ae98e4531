import { expect, test } from 'vitest';
import { shareOf } from './share.ts';

test.for([
  { lengths: [], total: 10, share: Infinity },
  { lengths: [3, 7], total: 10, share: Infinity },
  { lengths: [8, 8], total: 10, share: 5 },
  { lengths: [9, 1, 9], total: 10, share: 4 },
  { lengths: [2, 100, 3, 100], total: 25, share: 10 },
])('of texts of $lengths characters, $share are told where there is room for $total', ({ lengths, total, share }) => {
  expect(shareOf(lengths, total)).toBe(share);
});
