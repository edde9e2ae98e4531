/** A ledger that takes no fault of a run that has lost its namespace. */
import type { Kubernetes } from '../kubernetes/connection.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { seconds } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import type { Ledger } from './ledger.ts';
import { holderOf, isHeldBy } from './lease-record.ts';

/**
 * Looks at the Lease of the namespace before each entry: a run that was cut off from the cluster, or asleep, learns only at
 * its next renewal that another run has taken over.
 *
 * @throws ExperimentInvalid, from `enter`, naming who holds the namespace instead
 */
export function fenced(ledger: Ledger, kubernetes: Kubernetes, namespace: string, run: string): Ledger {
  const holder = () => holderOf(kubernetes, namespace);
  return {
    enter: async (leftover) => {
      const found = await retry(holder, { title: `Reading the Lease of ${namespace}`, within: 10 * seconds });
      if (!isHeldBy(run, found))
        throw new ExperimentInvalid(
          `Namespace ${namespace} is expected to be held by this run still before "${leftover.title}"; it is held by ${found ? `run ${found}` : 'nobody'}.`,
        );
      return ledger.enter(leftover);
    },
  };
}
