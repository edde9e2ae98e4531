import type { V1Pod } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import { between } from '../faults/disconnect/cut-map.ts';
import { disconnect } from '../faults/disconnect/disconnect.ts';
import { identityOf, isReady } from '../kubernetes/pods.ts';
import { ToolContainers } from '../kubernetes/tool-containers.ts';
import { minutes, seconds } from '../wait/deadline.ts';
import { eventually } from '../wait/eventually.ts';
import { makeReady } from '../chaos/fault.ts';
import { contextOf } from '../chaos/fault-kind.ts';
import { steadiness, untilSteady, whatIsNotSteady } from './steady.ts';

steadyClusterTest(
  'a cluster that misses a broker is not steady, is told what is missing, and is steady again when the broker is back',
  async ({ cluster }) => {
    await untilSteady(cluster, { within: 1 * minutes });
    const [broker] = cluster.brokers();
    if (!broker) throw new Error('A broker is expected.');

    await cluster.kubernetes.core.deleteNamespacedPod({ namespace: cluster.namespace, name: broker.name });
    const leaving = (all: V1Pod[]) => all.some((p) => p.metadata?.uid === broker.uid && p.metadata.deletionTimestamp);
    await cluster.pods.until(`${broker.name} leaving`, leaving, { within: 10 * seconds });
    // At once: the lab's engine is back within seconds.
    expect((await whatIsNotSteady(cluster)).join(' ')).toMatch(/camunda-zeebe has 2 of 3 replicas ready/);

    await untilSteady(cluster, { within: 2 * minutes });
    expect(cluster.brokers().find((b) => b.nodeId === broker.nodeId)?.uid).not.toBe(broker.uid);
  },
  5 * minutes,
);

steadyClusterTest(
  'a cluster with a gateway that is ready and does not know every broker is not steady',
  async ({ cluster, run }) => {
    const [gateway] = cluster.gateways().filter(isReady).map(identityOf);
    const [broker] = cluster.brokers();
    if (!gateway || !broker) throw new Error('A gateway and a broker are expected.');
    const name = `zeebe-chaos-steady-${run.id}`;
    const containers = new ToolContainers(cluster.kubernetes, cluster.namespace, cluster.pods, run.toolImage, name);
    const cut = disconnect.make(contextOf(cluster, containers), between(gateway, broker));
    await makeReady(cut);
    await cut.inject();
    try {
      // It takes the gateway some seconds to know; an instance cannot be had through it from now on.
      expect(await steadiness(cluster)()).toMatchObject({
        value: undefined,
        seen: expect.stringContaining(`${gateway.name}: `) as string,
      });
      const unaware = new RegExp(`^${gateway.name}: (Broker ${broker.nodeId} of 3 is not|Partition \\d)`);
      const told = async () => {
        const missing = await whatIsNotSteady(cluster);
        return { value: missing.find((sentence) => unaware.test(sentence)), seen: missing.join(' ') };
      };
      await eventually(told, { within: 30 * seconds });
    } finally {
      await cut.undo();
      await containers.endAll();
    }
    await untilSteady(cluster, { within: 1 * minutes });
  },
  3 * minutes,
);
