import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import { minutes, seconds } from '../wait/deadline.ts';
import { eventually } from '../wait/eventually.ts';
import { isReady } from './pods.ts';

steadyClusterTest(
  'the way to Zeebe survives the death of every gateway in turn',
  async ({ cluster }) => {
    await cluster.topology();
    for (const gateway of cluster.gateways()) {
      const { name = '', uid } = gateway.metadata ?? {};
      await cluster.kubernetes.core.deleteNamespacedPod({ namespace: cluster.namespace, name, gracePeriodSeconds: 0 });
      await cluster.pods.until(`${name} gone`, (pods) => pods.every((p) => p.metadata?.uid !== uid), {
        within: 30 * seconds,
      });

      // A gateway is ready some moments before gossip has told it of the brokers.
      await eventually(
        async () => {
          const { partitionsCount } = await cluster.topology();
          return { value: partitionsCount > 0 || undefined, seen: `a topology of ${partitionsCount} partitions` };
        },
        { within: 10 * seconds },
      );

      await cluster.pods.until('two ready gateways', () => cluster.gateways().filter(isReady).length === 2, {
        within: 1 * minutes,
      });
    }
  },
  5 * minutes,
);
