import { expect } from 'vitest';
import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import { untilSteady } from '../cluster/steady.ts';
import { minutes, seconds } from '../wait/deadline.ts';
import { whatIsMissing } from '../zeebe/topology.ts';

steadyClusterTest(
  'the way to Zeebe survives the death of every gateway in turn, and leads to one that knows the cluster',
  async ({ cluster }) => {
    for (const gateway of cluster.gateways()) {
      const { name = '', uid } = gateway.metadata ?? {};
      await cluster.kubernetes.core.deleteNamespacedPod({ namespace: cluster.namespace, name, gracePeriodSeconds: 0 });
      await cluster.pods.until(`${name} gone`, (pods) => pods.every((p) => p.metadata?.uid !== uid), {
        within: 30 * seconds,
      });
      expect(whatIsMissing(await cluster.topology())).toEqual([]);
      await untilSteady(cluster, { within: 1 * minutes });
    }
  },
  5 * minutes,
);
