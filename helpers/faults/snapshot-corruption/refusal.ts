/** What a broker says of a snapshot that it refuses. */
import type { FaultContext } from '../../chaos/fault-kind.ts';
import type { ContainerIdentity } from '../../kubernetes/pods.ts';
import { FaultWithoutEffect } from '../../verdict/errors.ts';
import { seconds } from '../../wait/deadline.ts';
import { eventually } from '../../wait/eventually.ts';

const SAYS_WHY = /[^\n]*snapshot[^\n]*corrupt[^\n]*/i;

/** Returns the line of a broker's log that says why it refuses its snapshot; throws FaultWithoutEffect after 30 s without one. */
export function refusalOf(
  { kubernetes, namespace }: Pick<FaultContext, 'kubernetes' | 'namespace'>,
  { name, container }: ContainerIdentity,
  title: string,
): Promise<string> {
  const ask = async () => {
    const log = await kubernetes.core.readNamespacedPodLog({ namespace, name, container, tailLines: 500 });
    return { value: SAYS_WHY.exec(log)?.[0].trim(), seen: 'no word of a corrupted snapshot in its log' };
  };
  return eventually(ask, { within: 30 * seconds, every: 200 }).catch((error: unknown) => {
    throw new FaultWithoutEffect(
      `${title} is expected to make the broker refuse its snapshot and say so: ${String(error)}`,
      { cause: error },
    );
  });
}
