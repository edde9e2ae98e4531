import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { deadline, minutes, seconds, spell, spellAttempts } from './deadline.ts';

describe('a bound', () => {
  test('says that its time is up, once', async () => {
    const said: string[] = [];
    const test = new AbortController();
    deadline({ within: 20, signal: test.signal }).onPassed((why) => said.push(why));

    await delay(40);
    test.abort();

    expect(said).toEqual(['within 20 ms']);
  });

  test('says that the test was aborted, at once and without its time', async () => {
    const said: string[] = [];
    const test = new AbortController();
    deadline({ within: 20, signal: test.signal }).onPassed((why) => said.push(why));

    test.abort();
    expect(said).toEqual(['before the test was aborted']);

    await delay(40);
    expect(said).toHaveLength(1);
  });

  test('that passed before anyone listened still says so', async () => {
    const said: string[] = [];
    const late = deadline({ within: 5 });
    await delay(20);
    late.onPassed((why) => said.push(why));
    deadline({ within: 1 * minutes, signal: AbortSignal.abort() }).onPassed((why) => said.push(why));

    expect(said).toEqual(['within 5 ms', 'before the test was aborted']);
  });

  test('that was cleared says nothing any more', async () => {
    const said: string[] = [];
    const test = new AbortController();
    const limit = deadline({ within: 10, signal: test.signal });
    limit.onPassed((why) => said.push(why));

    limit.clear();
    test.abort();
    await delay(30);

    expect(said).toEqual([]);
  });

  test('of Infinity is no time at all', async () => {
    const said: string[] = [];
    const test = new AbortController();
    deadline({ within: Infinity, signal: test.signal }).onPassed((why) => said.push(why));

    await delay(20);
    expect(said).toEqual([]);

    test.abort();
    expect(said).toEqual(['before the test was aborted']);
  });
});

test.for([
  [0, '0 ms'],
  [250.4, '250 ms'],
  [1 * seconds, '1 s'],
  [2_540, '2.5 s'],
  [90 * seconds, '90 s'],
  [2 * minutes, '2 min'],
  [210 * seconds, '3.5 min'],
] as const)('%d milliseconds are spelt %s', ([ms, spelt]) => {
  expect(spell(ms)).toBe(spelt);
});

test('one attempt is not attempts', () => {
  expect([0, 1, 2].map(spellAttempts)).toEqual(['0 attempts', '1 attempt', '2 attempts']);
});
