/** Calls with their times, for a history. */
import { ExperimentInvalid } from '../verdict/errors.ts';
import { ZeebeError } from '../zeebe/errors.ts';

/** When a call was made, how long it took, how it ended, and its answer if there was one. */
export interface Timed<T> {
  readonly at: number;
  readonly tookMs: number;
  readonly outcome: 'ok' | 'rejected' | 'unknown';
  readonly error?: string;
  readonly value?: T;
}

/**
 * Makes the call and says how it ended; throws what is no ZeebeError, that is a mistake in the code, and what kept the call from
 * being made at all, such as an authorization server that is away: that says nothing of Zeebe.
 */
export async function timed<T>(call: () => Promise<T>): Promise<Timed<T>> {
  const at = Date.now();
  const started = performance.now();
  const tookMs = () => Math.round(performance.now() - started);
  try {
    const value = await call();
    return { at, tookMs: tookMs(), outcome: 'ok', ...(value !== undefined && { value }) };
  } catch (error) {
    if (!(error instanceof ZeebeError)) throw error;
    if (error.cause instanceof ExperimentInvalid) throw error.cause;
    return { at, tookMs: tookMs(), outcome: error.outcome, error: error.message };
  }
}
