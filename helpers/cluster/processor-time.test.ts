import { expect, test } from 'vitest';
import { isStarved, spentBetween, starvedBetween, threadTimesIn } from './processor-time.ts';

const stat = (pid: number, name: string, parent: number, start: number, threads = 9) =>
  `/proc/${pid}/stat:${pid} (${name}) S ${parent} 1 1 0 -1 4194560 0 0 0 0 1 2 0 0 20 0 ${threads} 0 ${start} 0 0`;

const text = (waited: number) =>
  [
    stat(1, 'tini', 0, 100, 1),
    stat(7, 'java (main)', 1, 101),
    // A load's process, left to the init by the shell that started it.
    stat(30, 'stress', 1, 900),
    '/proc/1/task/1/schedstat:5000000 0 1',
    `/proc/7/task/7/schedstat:1000000 ${waited}000000 3`,
    '/proc/7/task/9/schedstat:2000000 0 3',
    '/proc/30/task/30/schedstat:9000000000 9000000000 3',
    '',
  ].join('\n');

test('only the process that serves counts', () => {
  expect([...threadTimesIn(text(4))]).toEqual([
    ['7 101 7', { ran: 1, waited: 4 }],
    ['7 101 9', { ran: 2, waited: 0 }],
  ]);
});

test('where there is no init it is the first process, whoever was left to it', () => {
  const lines = [stat(1, 'java', 0, 100), stat(30, 'stress', 1, 900), '/proc/1/task/5/schedstat:1000000 0 1'];
  expect([...threadTimesIn(lines.join('\n'))]).toEqual([['1 100 5', { ran: 1, waited: 0 }]]);
});

test('a thread counts from the first reading, or from its beginning', () => {
  const before = new Map([['7 101 7', { ran: 10, waited: 20 }]]);
  const after = new Map([
    ['7 101 7', { ran: 11, waited: 25 }],
    ['7 101 8', { ran: 3, waited: 1 }],
  ]);
  expect(spentBetween(before, after)).toEqual({ ran: 4, waited: 6 });
  expect(spentBetween(new Map(), after)).toEqual({ ran: 14, waited: 26 });
});

test.for<[string, { ran: number; waited: number }, boolean]>([
  ['has nothing to do', { ran: 5, waited: 40 }, false],
  ['is beside two busy processes', { ran: 300, waited: 420 }, false],
  ['keeps a whole processor busy with more threads than that can run', { ran: 1_000, waited: 9_000 }, false],
  ['is beside another one under load on two cores', { ran: 32, waited: 250 }, false],
  ['is kept from running', { ran: 60, waited: 700 }, true],
])('a broker that %s is judged by it', ([, spent, starved]) => {
  expect(isStarved(spent, 1_000)).toBe(starved);
});

test('one that uses up a small limit starves itself', () => {
  expect(isStarved({ ran: 240, waited: 900 }, 1_000, 0.25)).toBe(false);
  expect(isStarved({ ran: 100, waited: 900 }, 1_000, 0.25)).toBe(true);
});

test('a broker that was starved is told of', () => {
  const reading = (at: number, waited: number) =>
    new Map([['zeebe-0', { at, threads: threadTimesIn(text(waited)), limit: 1 }]]);
  expect(starvedBetween(reading(0, 0), reading(2_000, 1_500))).toEqual([
    'the threads of zeebe-0 waited 1.5 s for a processor and ran for 0 ms in 2 s, under no load of this experiment',
  ]);
  expect(starvedBetween(reading(0, 0), reading(2_000, 600))).toEqual([]);
  expect(starvedBetween(new Map(), reading(2_000, 1_500))).toEqual([]);
  expect(starvedBetween(reading(0, 0), new Map([['zeebe-0', 'silent']]))).toEqual([
    'zeebe-0 was not given the time to be asked for its own within 5 s',
  ]);
});
