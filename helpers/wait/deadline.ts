/** Bounds on waiting: a time, an abort signal, or both. */

export interface Bound {
  /** Milliseconds. */
  readonly within: number;
  readonly signal?: AbortSignal | undefined;
}

/** Readable factors for bounds, all in milliseconds: `15 * seconds`. */
export const seconds = 1_000;
export const minutes = 60 * seconds;

export interface Deadline {
  /** Calls back once, with the words "within 30 s" or "before it was aborted", when the bound has passed. */
  onPassed(callback: (why: string) => void): void;
  /** Milliseconds left, never negative. */
  left(): number;
  clear(): void;
}

/** Starts a bound now. */
export function deadline({ within, signal }: Bound): Deadline {
  const end = performance.now() + within;
  let callback: ((why: string) => void) | undefined;
  const timer = setTimeout(() => callback?.(`within ${spell(within)}`), within);
  const onAbort = (): void => callback?.('before the test was aborted');
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    onPassed: (given) => {
      callback = given;
      if (signal?.aborted) onAbort();
    },
    left: () => Math.max(0, end - performance.now()),
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

/** A duration for people: `250 ms`, `2.5 s`, `3 min`. */
export function spell(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  return `${Number((ms / 60_000).toFixed(1))} min`;
}
