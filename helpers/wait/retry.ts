/** Repeating a call that may be repeated safely. */
import pRetry from 'p-retry';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { deadline, seconds, spellAttempts, type Bound } from './deadline.ts';

export interface RetryOptions extends Bound {
  /** What is tried, as the subject of a sentence: `Listing the pods of zeebe`. */
  readonly title: string;
}

/**
 * Calls until the call succeeds, at first 50 ms and at most 1 s apart. Only for calls that do no harm when the one
 * before, whose answer was lost, had been carried out.
 *
 * The call is given a signal that fires when nobody waits for it any more. What repeating cannot mend is thrown at
 * once and as it is: an ExperimentInvalid, and a TypeError other than the network's.
 *
 * @throws Error with title, bound, attempts and the last error when the bound has passed; the signal's reason when it fires
 */
export async function retry<T>(call: (signal: AbortSignal) => Promise<T>, options: RetryOptions): Promise<T> {
  const { title, signal } = options;
  const stop = new AbortController();
  const limit = deadline(options);
  let attempts = 0;
  let last: Error | undefined;
  const passed = new Promise<never>((_, reject) => {
    limit.onPassed((why) => {
      const seen = `${spellAttempts(attempts)}, last error: ${last?.message ?? 'none, there was no answer'}`;
      const reason = signal?.aborted
        ? (signal.reason as Error)
        : new Error(`${title} was expected to succeed ${why}; ${seen}`, { cause: last });
      stop.abort(reason);
      reject(reason);
    });
  });
  const trying = pRetry(
    (attempt) => {
      attempts = attempt;
      return call(stop.signal);
    },
    {
      retries: Infinity,
      minTimeout: 50,
      maxTimeout: 1 * seconds,
      signal: stop.signal,
      onFailedAttempt: ({ error }) => {
        last = error;
      },
      shouldRetry: ({ error }) => !(error instanceof ExperimentInvalid),
    },
  );
  try {
    // p-retry looks at its signal between two calls only: a call that hangs must not outlive the bound.
    return await Promise.race([passed, trying]);
  } finally {
    limit.clear();
    stop.abort();
  }
}
