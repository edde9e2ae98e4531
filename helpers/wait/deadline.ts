/** Bounds on waiting: a time, an abort signal, or both. */

export interface Bound {
  /** Milliseconds; Infinity where only the signal ends the waiting. */
  readonly within: number;
  readonly signal?: AbortSignal | undefined;
}

/** Readable factors for bounds, all in milliseconds: `15 * seconds`. */
export const seconds = 1_000;
export const minutes = 60 * seconds;

export interface Deadline {
  /** Calls back once, with the words "within 30 s" or "before the test was aborted", when the bound has passed. */
  onPassed(callback: (why: string) => void): void;
  /** Lets go of timer and signal; there is no call back after this. */
  clear(): void;
}

/** Starts a bound now. */
export function deadline({ within, signal }: Bound): Deadline {
  let passed: string | undefined;
  let callback: ((why: string) => void) | undefined;
  const pass = (why: string): void => {
    if (passed !== undefined) return;
    passed = why;
    callback?.(why);
  };
  const timer = within === Infinity ? undefined : setTimeout(pass, within, `within ${spell(within)}`);
  const onAbort = (): void => pass('before the test was aborted');
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    onPassed: (given) => {
      callback = given;
      if (passed !== undefined) given(passed);
    },
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

/** How often something was tried, for people: `1 attempt`, `12 attempts`. */
export function spellAttempts(count: number): string {
  return `${count} ${count === 1 ? 'attempt' : 'attempts'}`;
}
