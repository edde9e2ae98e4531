/** Waiting for a claim to become true. */
import { setTimeout as delay } from 'node:timers/promises';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { deadline, spell, spellAttempts, type Bound } from './deadline.ts';

/** An answer to a question: whether it is what was hoped for, and in words what was seen. */
export interface Answer<T> {
  readonly value: T | undefined;
  readonly seen: string;
}

/** A question to the cluster, asked as often as it takes. */
export type Question<T> = () => Promise<Answer<T>>;

export interface EventuallyOptions extends Bound {
  /** Milliseconds between two questions; default 100. */
  readonly every?: number;
}

/** Thrown when a question never had the hoped-for answer; knows what was seen last. */
export class NeverHappened extends Error {
  override readonly name = 'NeverHappened';
  readonly seen: string;
  readonly attempts: number;
  constructor(seen: string, attempts: number, within: number) {
    super(`not within ${spell(within)} and ${spellAttempts(attempts)}; last seen: ${seen}`);
    this.seen = seen;
    this.attempts = attempts;
  }
}

/**
 * Asks again and again until the answer has a value, and returns that.
 *
 * A question that throws counts as asked, with the error for what was seen: in the middle of faults that is an answer.
 * The bound is strict: an answer that comes after it, or a question that nobody answers, is as good as none.
 *
 * @throws NeverHappened when the bound has passed; the signal's reason when it fires; an ExperimentInvalid of the
 * question at once, since no later answer mends that
 */
export async function eventually<T>(ask: Question<T>, options: EventuallyOptions): Promise<T> {
  const { within, every = 100, signal } = options;
  signal?.throwIfAborted();
  const limit = deadline(options);
  const passed = new Promise<'passed'>((resolve) => {
    limit.onPassed(() => resolve('passed'));
  });
  let seen = 'nothing';
  let attempts = 0;
  try {
    for (;;) {
      attempts += 1;
      const answer = await Promise.race([passed, answered(ask)]);
      if (answer === 'passed') break;
      if (answer.value !== undefined) return answer.value;
      seen = answer.seen;
      if ((await Promise.race([passed, delay(every)])) === 'passed') break;
    }
    signal?.throwIfAborted();
    throw new NeverHappened(seen, attempts, within);
  } finally {
    limit.clear();
  }
}

async function answered<T>(ask: Question<T>): Promise<Answer<T>> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ExperimentInvalid) throw error;
    return { value: undefined, seen: error instanceof Error ? error.message : String(error) };
  }
}
