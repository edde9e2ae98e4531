import type { V1Pod } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import { isReady } from '../kubernetes/pods.ts';
import { minutes, seconds } from '../wait/deadline.ts';
import { untilSteady, whatIsNotSteady } from './steady.ts';

steadyClusterTest(
  'a cluster that misses a broker is not steady, is told what is missing, and is steady again when the broker is back',
  async ({ cluster }) => {
    await untilSteady(cluster, { within: 1 * minutes });
    const [broker] = cluster.brokers();
    if (!broker) throw new Error('A broker is expected.');

    await cluster.kubernetes.core.deleteNamespacedPod({ namespace: cluster.namespace, name: broker.name });
    const leaving = (all: V1Pod[]) => all.some((p) => p.metadata?.uid === broker.uid && p.metadata.deletionTimestamp);
    await cluster.pods.until(`${broker.name} leaving`, leaving, { within: 10 * seconds });
    await expect(untilSteady(cluster, { within: 5 * seconds })).rejects.toThrow(
      /camunda-zeebe has 2 of 3 replicas ready/,
    );

    await untilSteady(cluster, { within: 2 * minutes });
    expect(cluster.brokers().find((b) => b.nodeId === broker.nodeId)?.uid).not.toBe(broker.uid);
  },
  5 * minutes,
);

steadyClusterTest(
  'a cluster with a gateway that is ready and does not know all brokers yet is not steady',
  async ({ cluster }) => {
    const found: string[] = [];
    // Gossip may come just before a gateway is ready, and then there is nothing to be seen; seldom, and not time and again.
    for (let turn = 1; turn <= 5 && found.length === 0; turn += 1) {
      const [gateway] = cluster.gateways();
      const { name = '', uid } = gateway?.metadata ?? {};
      await cluster.kubernetes.core.deleteNamespacedPod({ namespace: cluster.namespace, name, gracePeriodSeconds: 0 });
      const replaced = () => {
        const ready = cluster.gateways().filter(isReady);
        return ready.length === 2 && ready.every((p) => p.metadata?.uid !== uid);
      };
      await cluster.pods.until('another gateway ready in its place', replaced, { within: 1 * minutes });
      const missing = await whatIsNotSteady(cluster);
      found.push(...missing.filter((sentence) => !sentence.includes('is not told')));
      await untilSteady(cluster, { within: 1 * minutes });
    }
    expect(found).toContainEqual(
      expect.stringMatching(
        /^camunda-zeebe-gateway-\S+: (The gateway does not know|Broker \d of 3 is not|Partition \d)/,
      ),
    );
  },
  5 * minutes,
);
