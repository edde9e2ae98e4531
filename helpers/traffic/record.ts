/** Calls with their times, for a history. */
import { ZeebeError } from '../zeebe/errors.ts';

/** When a call was made, how long it took, how it ended, and its answer if there was one. */
export interface Timed<T> {
  readonly at: number;
  readonly tookMs: number;
  readonly outcome: 'ok' | 'rejected' | 'unknown';
  readonly error?: string;
  readonly value?: T;
}

/** Makes the call and says how it ended; throws only what is no ZeebeError, that is a mistake in the code. */
export async function timed<T>(call: () => Promise<T>): Promise<Timed<T>> {
  const at = Date.now();
  const started = performance.now();
  const tookMs = () => Math.round(performance.now() - started);
  try {
    const value = await call();
    return { at, tookMs: tookMs(), outcome: 'ok', ...(value !== undefined && { value }) };
  } catch (error) {
    if (!(error instanceof ZeebeError)) throw error;
    return { at, tookMs: tookMs(), outcome: error.outcome, error: error.message };
  }
}
