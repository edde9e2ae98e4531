/** Takes a Zeebe away and leaves its namespace. */
import type { Kubernetes } from '../../helpers/kubernetes/connection.ts';
import { minutes } from '../../helpers/wait/deadline.ts';
import { eventually } from '../../helpers/wait/eventually.ts';

/**
 * Deletes brokers, gateways, job workers, their volumes and what runs have noted of them, and returns when that is gone;
 * throws NeverHappened after a minute.
 */
export async function removeZeebe(kubernetes: Kubernetes, namespace: string): Promise<void> {
  const { apps, core } = kubernetes;
  // Not the namespace itself: its controller takes its time, 5 s before it begins and 5 s for a volume claim in use.
  await apps.deleteCollectionNamespacedStatefulSet({ namespace });
  await apps.deleteCollectionNamespacedDeployment({ namespace });
  await core.deleteCollectionNamespacedConfigMap({
    namespace,
    labelSelector: 'app.kubernetes.io/managed-by=zeebe-chaos',
  });
  await eventually(
    async () => {
      // Again and again: a ReplicaSet that is not collected yet makes other pods.
      await core.deleteCollectionNamespacedPod({ namespace, gracePeriodSeconds: 1 });
      await core.deleteCollectionNamespacedPersistentVolumeClaim({ namespace });
      const lists = await Promise.all([
        apps.listNamespacedReplicaSet({ namespace }),
        core.listNamespacedPod({ namespace }),
        core.listNamespacedPersistentVolumeClaim({ namespace }),
      ]);
      const left = lists.reduce((sum, { items }) => sum + items.length, 0);
      return { value: left === 0 || undefined, seen: `${left} ReplicaSets, pods and volume claims` };
    },
    { within: 1 * minutes },
  );
}
