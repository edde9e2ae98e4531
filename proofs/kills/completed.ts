/** Whether what clients were told is completed stays so. */
import { seconds } from '../../helpers/wait/deadline.ts';
import { retry } from '../../helpers/wait/retry.ts';
import type { ZeebeClient } from '../../helpers/zeebe/client.ts';
import type { History } from '../../helpers/traffic/history.ts';
import type { Key } from '../../helpers/zeebe/keys.ts';
import { elementInstanceActive } from '../../helpers/zeebe/questions.ts';

const AT_A_TIME = 16;

/**
 * The instances whose completion was acknowledged and that are active all the same. The history cannot tell them: a job
 * whose completion was lost stays with its worker until its time-out.
 */
export async function completedButActive(client: ZeebeClient, history: History, signal: AbortSignal): Promise<Key[]> {
  const left = history.flatMap((o) => (o.op === 'complete' && o.outcome === 'ok' ? [o.key] : []));
  const active: Key[] = [];
  const ask = async (): Promise<void> => {
    for (let key = left.shift(); key !== undefined; key = left.shift()) {
      const title = `Asking whether instance ${key} is active`;
      const asked = key;
      const isActive = await retry(
        (abort) => elementInstanceActive(client, asked, { within: 5 * seconds, signal: abort }),
        {
          title,
          within: 20 * seconds,
          signal,
        },
      );
      if (isActive) active.push(key);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, ask));
  return active;
}
