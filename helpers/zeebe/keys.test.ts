import { expect, test } from 'vitest';
import { partitionOf } from './keys.ts';

test.each([
  [2251799813685249n, 1],
  [4503599627370497n, 2],
  [6755399441055744n, 3],
])('key %d was made on partition %d', (key, partition) => {
  expect(partitionOf(key)).toBe(partition);
});

test('the partition survives where a key is past the integers that a number holds exactly', () => {
  const lastOfPartition4 = (5n << 51n) - 1n;

  expect(lastOfPartition4 > BigInt(Number.MAX_SAFE_INTEGER)).toBe(true);
  expect(partitionOf(lastOfPartition4)).toBe(4);
  expect(partitionOf(lastOfPartition4 + 1n)).toBe(5);
  expect(partitionOf(BigInt(Number(lastOfPartition4))), 'what a number would have said').toBe(5);
});

test('the largest partition id of a key is found', () => {
  expect(partitionOf((4095n << 51n) | 7n)).toBe(4095);
});
