/** A job that is kept for as long as work on it goes on. */
import { setTimeout as delay } from 'node:timers/promises';
import { seconds } from '../helpers/wait/deadline.ts';
import { isGone } from '../helpers/zeebe/errors.ts';
import type { Job, ZeebeClient } from '../helpers/zeebe/client.ts';

/** Milliseconds after which a job whose worker is gone is handed out again. */
export const JOB_TIMEOUT = 30 * seconds;

const EVERY = 10 * seconds;

/**
 * Extends the job's time-out until `signal` fires; returns whether the job was there until then.
 *
 * @param onLost called once, if the job is not there any more: its process has gone on without it
 */
export async function keepJob(
  client: ZeebeClient,
  job: Job,
  signal: AbortSignal,
  onLost: () => void,
): Promise<boolean> {
  for (;;) {
    await delay(EVERY, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return true;
    try {
      await client.updateJobTimeout(job.key, JOB_TIMEOUT, { within: EVERY, signal });
    } catch (error) {
      // Any other error may pass, and another worker that takes the job meanwhile finds the namespace in use.
      if (!isGone(error)) continue;
      onLost();
      return false;
    }
  }
}

/** Calls until Zeebe has taken the end of a job, or has no such job any more; says once why it goes on. */
export async function untilTold(tell: () => Promise<void>, say: (line: string) => void): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await tell();
      return;
    } catch (error) {
      if (isGone(error)) return;
      if (attempt === 1)
        say(`Its end is told again every second: ${error instanceof Error ? error.message : String(error)}`);
      await delay(1 * seconds);
    }
  }
}
