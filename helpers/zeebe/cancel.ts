/** Cancelling an instance that may have ended. */
import { seconds, type Bound } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import type { ZeebeClient } from './client.ts';
import { isGone } from './errors.ts';
import type { Key } from './keys.ts';

/**
 * Cancels an instance; one that has ended already is as good, so that a call whose answer was lost is repeated.
 *
 * @throws Error with the last answer when the bound has passed; the signal's reason when it fires
 */
export async function cancelUnlessEnded(client: ZeebeClient, key: Key, bound: Bound): Promise<void> {
  const cancel = (signal: AbortSignal) =>
    client.cancelInstance(key, { within: 5 * seconds, signal }).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  await retry(cancel, { title: `Cancelling instance ${key}`, ...bound });
}
