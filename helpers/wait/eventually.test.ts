import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { eventually, NeverHappened, type Answer } from './eventually.ts';

/** A question that is answered with each of the given answers in turn, and with the last one for ever. */
function answering<T>(...answers: (Answer<T> | Error)[]) {
  const question = {
    asked: 0,
    ask: async (): Promise<Answer<T>> => {
      const answer = answers[Math.min(question.asked, answers.length - 1)];
      question.asked += 1;
      await delay(1);
      if (answer instanceof Error) throw answer;
      return answer ?? { value: undefined, seen: 'nothing was given' };
    },
  };
  return question;
}

const no = (seen: string): Answer<string> => ({ value: undefined, seen });
const never = (): Promise<never> => new Promise(() => undefined);

describe('a claim that becomes true', () => {
  test('is waited for, and its value returned', async () => {
    const question = answering(no('two leaders'), no('no leader'), { value: 'broker 1', seen: '' });

    expect(await eventually(question.ask, { within: 1_000, every: 1 })).toBe('broker 1');
    expect(question.asked).toBe(3);
  });

  test('may be true from the start, and a value of 0 or false is a value', async () => {
    expect(await eventually(answering({ value: 0, seen: '' }).ask, { within: 100 })).toBe(0);
    expect(await eventually(answering({ value: false, seen: '' }).ask, { within: 100 })).toBe(false);
  });

  test('is asked about again after a question that threw', async () => {
    const question = answering(new Error('UNAVAILABLE'), { value: 'there', seen: '' });

    expect(await eventually(question.ask, { within: 1_000, every: 1 })).toBe('there');
  });
});

describe('a claim that does not become true', () => {
  test('is told with the last answer and the number of attempts', async () => {
    const question = answering(no('no leader'), no('broker 2 is unhealthy'));

    const error = await eventually(question.ask, { within: 1_000, every: 10 }).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(NeverHappened);
    expect(error).toMatchObject({
      seen: 'broker 2 is unhealthy',
      attempts: question.asked,
      message: `not within 1 s and ${question.asked} attempts; last seen: broker 2 is unhealthy`,
    });
    expect(question.asked).toBeGreaterThan(2);
  });

  test('is told with the error of a question that threw', async () => {
    const question = answering(new Error('14 UNAVAILABLE'));

    await expect(eventually(question.ask, { within: 20, every: 1_000 })).rejects.toThrow(
      'not within 20 ms and 1 attempt; last seen: 14 UNAVAILABLE',
    );
  });

  test('is told at its bound, also where nobody answers', async () => {
    await expect(eventually(never, { within: 30 })).rejects.toThrow(
      'not within 30 ms and 1 attempt; last seen: nothing',
    );
  });

  test('does not become true by an answer that comes after the bound', async () => {
    const late = async () => {
      await delay(60);
      return { value: 'too late', seen: '' };
    };

    await expect(eventually(late, { within: 20 })).rejects.toThrow(NeverHappened);
  });
});

describe('waiting ends at once', () => {
  const why = new Error('the test timed out');

  test.for([
    ['between two questions', answering(no('not yet')).ask],
    ['in the middle of a question', never],
  ] as const)('when the test is aborted %s, with its reason', async ([, ask]) => {
    const test = new AbortController();
    const waiting = eventually(ask, { within: 5_000, every: 5_000, signal: test.signal });
    setTimeout(() => test.abort(why), 20);

    await expect(waiting).rejects.toBe(why);
  });

  test('before the first question, when the test was over already', async () => {
    const question = answering(no('not yet'));

    await expect(eventually(question.ask, { within: 100, signal: AbortSignal.abort(why) })).rejects.toBe(why);
    expect(question.asked).toBe(0);
  });

  test('when the question finds the experiment invalid, which no later answer mends', async () => {
    const invalid = new ExperimentInvalid('The partition has one replica.');
    const question = answering<string>(invalid, { value: 'there', seen: '' });

    await expect(eventually(question.ask, { within: 1_000, every: 1 })).rejects.toBe(invalid);
  });
});
