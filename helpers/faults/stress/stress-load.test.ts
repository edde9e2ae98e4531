import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { firstOf, leastOf, loadOf, RUN_DELAY_SHARE } from './stress-load.ts';

describe('a load', () => {
  test('that computes must starve the threads beside it, and more than they starve anyway', () => {
    const { enough } = loadOf({ cpu: 8 });
    expect([enough(18, 1.4), enough(4, 0.4), enough(18, 9)]).toEqual([true, false, false]);
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

  const reading = (threads: Record<string, [ran: number, waited: number]>) =>
    Object.entries(threads).map(([id, [ran, waited]]) => `/proc/7/task/${id}/schedstat:${ran}000000 ${waited}000000 3`);
  const shareOf = async (...lines: string[]) =>
    (await execa('awk', ['-F', '[: ]', RUN_DELAY_SHARE], { input: lines.join('\n') })).stdout;

  test('that computes counts what each thread has gained since, also where one has ended and one has begun', async () => {
    const before = reading({ 7: [1000, 100], 8: [9000, 2500] });
    expect(await shareOf(...before, 'later', ...reading({ 7: [1050, 340], 9: [25, 60] }))).toBe('4.0');
  });

  test('that leaves the threads no time to run at all is not divided by zero', async () => {
    expect(await shareOf(...reading({ 7: [1000, 100] }), 'later', ...reading({ 7: [1000, 340] }))).toBe('240.0');
  });
});

describe('what is usual', () => {
  test.for([
    { title: 'is measured twice on a calm host', values: [1.2, 0.9, 0.8], least: 0.9, times: 2 },
    { title: 'is measured again after a burst', values: [12.5, 4, 1.1, 0.9], least: 1.1, times: 3 },
    { title: 'is the least of five where the host is never calm', values: [9, 8, 6, 7, 8, 1], least: 6, times: 5 },
  ])('$title', async ({ values, least, times }) => {
    let asked = 0;
    expect(await leastOf(() => Promise.resolve(values[asked++] ?? 0), 3)).toBe(least);
    expect(asked).toBe(times);
  });
});

describe('what is seen under load', () => {
  test.for([
    { title: 'is the first that is enough', values: [4, 20, 30], seen: 20, times: 2 },
    { title: 'is not enough where none of three is', values: [1, 4, 3, 20], seen: 3, times: 3 },
  ])('$title', async ({ values, seen, times }) => {
    let asked = 0;
    const measure = () => Promise.resolve(values[asked++] ?? 0);
    expect(await firstOf(measure, (value) => value >= 5)).toBe(seen);
    expect(asked).toBe(times);
  });
});
