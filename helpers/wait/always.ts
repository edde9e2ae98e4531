/** Watching that a claim stays true. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Question } from './eventually.ts';

export interface AlwaysOptions {
  /** Milliseconds for which every answer must have a value. */
  readonly for: number;
  /** Milliseconds between two questions; default 100. */
  readonly every?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Thrown when a question once did not have the hoped-for answer; knows what was seen then. */
export class HeldNoLonger extends Error {
  override readonly name = 'HeldNoLonger';
  readonly seen: string;
  readonly attempts: number;
  constructor(seen: string, attempts: number) {
    super(`no longer; seen: ${seen}`);
    this.seen = seen;
    this.attempts = attempts;
  }
}

/**
 * Asks again and again for a time, once more when it is over, and returns the last answer's value.
 *
 * @throws HeldNoLonger at the first answer without a value; what the question throws; the signal's reason when it fires
 */
export async function always<T>(ask: Question<T>, options: AlwaysOptions): Promise<T> {
  const { every = 100, signal } = options;
  const end = performance.now() + options.for;
  for (let attempts = 1; ; attempts++) {
    signal?.throwIfAborted();
    const isLast = performance.now() >= end;
    const { value, seen } = await ask();
    if (value === undefined) throw new HeldNoLonger(seen, attempts);
    if (isLast) return value;
    // Its rejection has another error than the signal's reason, which is thrown next.
    await delay(Math.max(0, Math.min(every, end - performance.now())), undefined, { signal }).catch(() => undefined);
  }
}
