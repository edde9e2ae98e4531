import { expect } from 'vitest';
import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import { minutes, seconds } from '../wait/deadline.ts';
import { untilSteady } from './steady.ts';

steadyClusterTest(
  'a cluster that misses a broker is not steady, is told what is missing, and is steady again when the broker is back',
  async ({ cluster }) => {
    await untilSteady(cluster, { within: 1 * minutes });
    const [broker] = cluster.brokers();
    if (!broker) throw new Error('A broker is expected.');

    await cluster.kubernetes.core.deleteNamespacedPod({ namespace: cluster.namespace, name: broker.name });
    await expect(untilSteady(cluster, { within: 1 * seconds })).rejects.toThrow(
      new RegExp(`camunda-zeebe has \\d of 3 replicas ready.*${broker.name}|camunda-zeebe has 2 of 3 replicas ready`),
    );

    await untilSteady(cluster, { within: 2 * minutes });
    expect(cluster.brokers().find((b) => b.nodeId === broker.nodeId)?.uid).not.toBe(broker.uid);
  },
  5 * minutes,
);
