import { describe, expect, test } from 'vitest';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { retry } from './retry.ts';

const title = 'Listing the pods of zeebe';
const refused = () => Promise.reject(new Error('connect ECONNREFUSED'));

test('a call that fails is made again until it succeeds', async () => {
  let calls = 0;
  const answer = await retry(() => ((calls += 1) < 3 ? refused() : Promise.resolve('pods')), { title, within: 5_000 });

  expect(answer).toBe('pods');
  expect(calls).toBe(3);
});

describe('a call that does not succeed', () => {
  test('is told with the bound, the attempts and the last error, which is the cause', async () => {
    let calls = 0;
    const error = await retry(() => Promise.reject(new Error(`refusal ${(calls += 1)}`)), { title, within: 120 }).catch(
      (e: unknown) => e,
    );

    expect(error).toMatchObject({
      message: `Listing the pods of zeebe was expected to succeed within 120 ms; ${calls} attempts, last error: refusal ${calls}`,
      cause: new Error(`refusal ${calls}`),
    });
    expect(calls).toBe(2);
  });

  test('is told at its bound, also where it hangs, and is given up', async () => {
    let given: AbortSignal | undefined;
    const hanging = retry(
      (signal) => {
        given = signal;
        return new Promise(() => undefined);
      },
      { title, within: 20 },
    );

    await expect(hanging).rejects.toThrow(
      'Listing the pods of zeebe was expected to succeed within 20 ms; 1 attempt, last error: none, there was no answer',
    );
    expect(given?.aborted).toBe(true);
  });

  test('is not made again after the bound', async () => {
    let calls = 0;
    await retry(() => ((calls += 1), refused()), { title, within: 20 }).catch(() => undefined);
    const atBound = calls;
    await new Promise((resolve) => setTimeout(resolve, 150));

    expect(calls).toBe(atBound);
  });
});

describe('repeating ends at once', () => {
  const why = new Error('the test timed out');

  test.for([
    ['between two calls', refused],
    ['in the middle of a call', () => new Promise<never>(() => undefined)],
  ] as const)('when the test is aborted %s, with its reason', async ([, call]) => {
    const test = new AbortController();
    const waiting = retry(call, { title, within: Infinity, signal: test.signal });
    setTimeout(() => test.abort(why), 10);

    await expect(waiting).rejects.toBe(why);
  });

  test('before the first call, when the test was over already', async () => {
    let calls = 0;
    const call = () => Promise.resolve((calls += 1));

    await expect(retry(call, { title, within: 100, signal: AbortSignal.abort(why) })).rejects.toBe(why);
    expect(calls).toBe(0);
  });

  test.for([new ExperimentInvalid('The partition has one replica.'), new TypeError('x is not a function')])(
    'at what repeating cannot mend: %s',
    async (error) => {
      let calls = 0;
      await expect(retry(() => ((calls += 1), Promise.reject(error)), { title, within: 1_000 })).rejects.toBe(error);
      expect(calls).toBe(1);
    },
  );

  test('but not at an error of the network, which fetch gives as a TypeError', async () => {
    let calls = 0;
    const call = () => ((calls += 1) < 2 ? Promise.reject(new TypeError('fetch failed')) : Promise.resolve('there'));

    expect(await retry(call, { title, within: 1_000 })).toBe('there');
  });
});
