/** What job workers leave when their run ends before them, and how it is undone. */
import type { Recovery } from '../chaos/fault.ts';
import type { FaultContext } from '../chaos/fault-kind.ts';
import { unlessGone } from '../kubernetes/apply.ts';
import { workerLabels, type WorkerDeployment } from '../traffic/worker-deployment.ts';
import { minutes } from '../wait/deadline.ts';
import type { Leftover } from '../ledger/ledger.ts';
import { completing } from './zeebe-leftovers.ts';

/** A Deployment of job workers with the instances that need them, for the ledger. */
export function jobWorkersOf({ name, jobType }: WorkerDeployment): Leftover {
  return { kind: 'job workers', title: titleOf(name), targets: [], undo: { name, jobType } };
}

/** Takes up job workers that a run has left. */
export function recoverJobWorkers(context: FaultContext, record: unknown): Recovery {
  const { name, jobType } = record as { name: string; jobType: string };
  const { kubernetes, namespace, pods } = context;
  const instances = completing(context, titleOf(name), jobType);
  return {
    ...instances,
    undo: async () => {
      await unlessGone(kubernetes.apps.deleteNamespacedDeployment({ namespace, name }));
      const labels = Object.entries(workerLabels({ name }));
      await pods.until(
        'no job worker left',
        (all) => !all.some((pod) => labels.every(([key, value]) => pod.metadata?.labels?.[key] === value)),
        { within: 1 * minutes },
      );
      await instances.undo();
    },
  };
}

function titleOf(name: string): string {
  return `job workers ${name}`;
}
