import { describe, expect, test } from 'vitest';
import { always, HeldNoLonger } from './always.ts';

/** Answers with its count until `failing`, which is answered with nothing. */
function counting(failing = Infinity) {
  let count = 0;
  const ask = () => {
    count += 1;
    return Promise.resolve({ value: count === failing ? undefined : count, seen: `look ${count}` });
  };
  return { ask, asked: () => count };
}

describe('watching that an answer stays', () => {
  test('it asks for the whole time and once when that is over, and returns the last value', async () => {
    const question = counting();
    const start = performance.now();
    const value = await always(question.ask, { for: 50, every: 10 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(49);
    expect(value).toBe(question.asked());
    expect(value).toBeGreaterThan(1);
  });

  test('it ends at the first answer without a value, and tells what was seen', async () => {
    const question = counting(3);
    const error = await always(question.ask, { for: 60_000, every: 1 }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(HeldNoLonger);
    expect(error).toMatchObject({ seen: 'look 3', attempts: 3 });
  });

  test('a question that throws is no answer', async () => {
    const broken = new Error('no way there');
    await expect(always(() => Promise.reject(broken), { for: 60_000 })).rejects.toBe(broken);
  });

  test('an abort ends it with its reason, also between two questions', async () => {
    const why = new Error('the test was aborted');
    const abort = new AbortController();
    const waiting = always(counting().ask, { for: 60_000, every: 60_000, signal: abort.signal });
    abort.abort(why);
    await expect(waiting).rejects.toBe(why);
  });
});
