import { describe, expect, test } from 'vitest';
import { correlationKeyFor, partitionOfCorrelationKey } from './correlation.ts';

describe('the partition of a correlation key', () => {
  // worked out by hand: "a" is 97, "ab" is 31 * 97 + 98 = 3105
  test.each([
    ['', 3, 1],
    ['a', 3, 2],
    ['ab', 3, 1],
    ['ab', 8, 2],
  ])('of %j among %d is %d', (key, count, partition) => {
    expect(partitionOfCorrelationKey(key, count)).toBe(partition);
  });

  test('wraps at 32 bits as a Java int does', () => {
    // "zeebe-chaos".hashCode() leaves 31 bits more than once; the reference wraps with BigInt
    const reference = [...Buffer.from('zeebe-chaos')].reduce((h, b) => BigInt.asIntN(32, 31n * h + BigInt(b)), 0n);
    const remainder = Number(reference % 7n);

    expect(partitionOfCorrelationKey('zeebe-chaos', 7)).toBe(Math.abs(remainder) + 1);
  });

  test('takes the bytes of UTF-8 as signed', () => {
    // "é" is c3 a9: as signed bytes -61 and -87, so the hash is 31 * -61 - 87 = -1978
    expect(partitionOfCorrelationKey('é', 5)).toBe((1978 % 5) + 1);
  });

  test('needs a partition count', () => {
    expect(() => partitionOfCorrelationKey('a', 0)).toThrow('A cluster has at least one partition, not 0.');
  });
});

describe('a correlation key for a partition', () => {
  test.each([1, 3, 8])('is found for each of %d partitions', (count) => {
    for (let partition = 1; partition <= count; partition++) {
      const key = correlationKeyFor(partition, count, 'run-7f');
      expect(key).toMatch(/^run-7f-\d+$/);
      expect(partitionOfCorrelationKey(key, count)).toBe(partition);
    }
  });

  test('differs between two prefixes', () => {
    expect(correlationKeyFor(2, 3, 'one')).not.toBe(correlationKeyFor(2, 3, 'two'));
  });

  test.each([0, 4, 1.5])('is refused for partition %d of three', (partition) => {
    expect(() => correlationKeyFor(partition, 3, 'run')).toThrow(`Partition ${partition} is not one of 1..3.`);
  });
});
