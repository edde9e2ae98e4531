/** Waiting for a claim to become true. */
import { setTimeout as delay } from 'node:timers/promises';
import { deadline, spell, type Bound } from './deadline.ts';

/** An answer to a question: whether it is what was hoped for, and in words what was seen. */
export interface Answer<T> {
  readonly value: T | undefined;
  readonly seen: string;
}

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
    super(`not within ${spell(within)} and ${attempts} attempts; last seen: ${seen}`);
    this.seen = seen;
    this.attempts = attempts;
  }
}

/**
 * Asks again and again until the answer has a value, and returns that.
 *
 * A question that throws counts as asked, with the error for what was seen: in the middle of faults that is an answer.
 *
 * @throws NeverHappened when the bound has passed; the signal's reason when it fires
 */
export async function eventually<T>(ask: () => Promise<Answer<T>>, options: EventuallyOptions): Promise<T> {
  const { within, every = 100, signal } = options;
  const limit = deadline(options);
  let seen = 'nothing';
  let attempts = 0;
  try {
    for (;;) {
      signal?.throwIfAborted();
      attempts += 1;
      try {
        const answer = await ask();
        if (answer.value !== undefined) return answer.value;
        seen = answer.seen;
      } catch (error) {
        signal?.throwIfAborted();
        seen = error instanceof Error ? error.message : String(error);
      }
      if (limit.left() === 0) throw new NeverHappened(seen, attempts, within);
      await delay(Math.min(every, limit.left()), undefined, { signal });
    }
  } finally {
    limit.clear();
  }
}
