/** What a broker says of a snapshot that it refuses. */
import type { FaultContext } from '../../chaos/fault-kind.ts';
import type { ContainerIdentity } from '../../kubernetes/pods.ts';
import { FaultWithoutEffect } from '../../verdict/errors.ts';
import { seconds } from '../../wait/deadline.ts';
import { eventually } from '../../wait/eventually.ts';

const SAYS_WHY = /[^\n]*snapshot[^\n]*corrupt[^\n]*/i;

type Where = Pick<FaultContext, 'kubernetes' | 'namespace'>;

/** Whether a broker has said since its start that it refuses its snapshot. */
export async function refuses(where: Where, broker: ContainerIdentity): Promise<boolean> {
  return (await sentence(where, broker)) !== undefined;
}

async function sentence(
  { kubernetes, namespace }: Where,
  { name, container }: ContainerIdentity,
): Promise<string | undefined> {
  const log = await kubernetes.core.readNamespacedPodLog({ namespace, name, container, tailLines: 500 });
  return SAYS_WHY.exec(log)?.[0].trim();
}

/** Returns the line of a broker's log that says why it refuses its snapshot; throws FaultWithoutEffect after 30 s without one. */
export function refusalOf(where: Where, broker: ContainerIdentity, title: string): Promise<string> {
  const ask = async () => {
    return { value: await sentence(where, broker), seen: 'no word of a corrupted snapshot in its log' };
  };
  return eventually(ask, { within: 30 * seconds, every: 200 }).catch((error: unknown) => {
    throw new FaultWithoutEffect(
      `${title} is expected to make the broker refuse its snapshot and say so: ${String(error)}`,
      { cause: error },
    );
  });
}
