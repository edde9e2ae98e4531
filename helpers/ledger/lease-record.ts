/** What the Lease of a namespace says. */
import { V1MicroTime, type V1Lease } from '@kubernetes/client-node';
import { hasCode } from '../kubernetes/apply.ts';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { seconds } from '../wait/deadline.ts';

/** The name of the Lease. */
export const RUN_LEASE = 'zeebe-chaos';

export interface LeaseTimes {
  /** Milliseconds without a renewal after which another may take it over. */
  readonly duration: number;
  /** Milliseconds between two renewals. */
  readonly every: number;
}

/** The run that holds a namespace and who that is, as its Lease says; undefined if there is no Lease. */
export async function holderOf(kubernetes: Kubernetes, namespace: string): Promise<string | undefined> {
  return (await readLease(kubernetes, namespace))?.spec?.holderIdentity;
}

/** Whether that holder is the run. */
export function isHeldBy(run: string, holder: string | undefined): boolean {
  return holder?.startsWith(`${run} `) === true;
}

/** The Lease of a namespace; undefined if there is none. */
export async function readLease({ coordination }: Kubernetes, namespace: string): Promise<V1Lease | undefined> {
  return coordination.readNamespacedLease({ name: RUN_LEASE, namespace }).catch((error: unknown) => {
    if (hasCode(error, 404)) return undefined;
    throw error;
  });
}

/** Returns the Lease of a run, renewed now; in place of the one that is there, if any. */
export function recordOf(
  { run, who }: { readonly run: string; readonly who: string },
  { duration }: LeaseTimes,
  { metadata, spec }: V1Lease = {},
): V1Lease {
  const labels = { 'app.kubernetes.io/managed-by': 'zeebe-chaos' };
  // The UID too: with a version alone, an update of a Lease that is gone makes it anew (AllowCreateOnUpdate).
  const { resourceVersion, uid } = metadata ?? {};
  const mine = spec?.holderIdentity === `${run} ${who}`;
  const now = new V1MicroTime();
  return {
    metadata: { name: RUN_LEASE, labels, ...(resourceVersion && { resourceVersion }), ...(uid && { uid }) },
    spec: {
      holderIdentity: `${run} ${who}`,
      leaseDurationSeconds: Math.ceil(duration / seconds),
      acquireTime: mine && spec.acquireTime ? spec.acquireTime : now,
      renewTime: now,
    },
  };
}
