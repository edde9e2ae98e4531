import { expect } from 'vitest';
import { compactedFollowerTest } from '../../../fixtures/compacted-follower.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { untilSteady } from '../../cluster/steady.ts';
import { minutes } from '../../wait/deadline.ts';
import { makeReady } from '../../chaos/fault.ts';
import { contextOf } from '../../chaos/fault-kind.ts';
import { snapshotCorruption } from './snapshot-corruption.ts';

compactedFollowerTest(
  'a snapshot whose file cannot be put back is made anew by the leader',
  { timeout: 5 * minutes },
  async ({ cluster, victim: { follower, containersWith, files } }) => {
    const containers = containersWith();
    const fault = snapshotCorruption.make(contextOf(cluster, containers), follower, 3);
    await makeReady(fault);
    await fault.inject();
    await fault.prove();
    await (await files(containers, follower)).run('rm -rf "${1%/raft-partition/*}"/zeebe-chaos-*');

    await fault.undo();

    expect(await fault.proveGone()).toMatchObject({ 'its files': 'made anew by the leader', role: 'FOLLOWER' });
  },
);

/** The StatefulSet of the brokers with its readiness probe that much later, for pods that are made from now on. */
async function delayReadiness(
  { kubernetes, namespace }: Cluster,
  seconds: number,
  update: 'OnDelete' | 'RollingUpdate',
): Promise<void> {
  const [set] = (await kubernetes.apps.listNamespacedStatefulSet({ namespace })).items;
  if (!set?.spec) throw new Error('A StatefulSet of brokers is expected.');
  set.spec.updateStrategy = { type: update };
  const [broker] = set.spec.template.spec?.containers ?? [];
  if (broker?.readinessProbe) broker.readinessProbe.initialDelaySeconds = seconds;
  await kubernetes.apps.replaceNamespacedStatefulSet({ namespace, name: set.metadata?.name ?? '', body: set });
}

compactedFollowerTest.for([35, 65])(
  'a replica whose broker is ready only %d s after its start is not wiped',
  { timeout: 10 * minutes },
  async (late, { cluster, victim: { follower, containersWith } }) => {
    const containers = containersWith();
    const fault = snapshotCorruption.make(contextOf(cluster, containers), follower, 3);
    await makeReady(fault);
    // Brokers that are there stay as they are.
    await delayReadiness(cluster, late, 'OnDelete');
    try {
      await fault.inject();
      await fault.prove();
      const began = performance.now();
      await fault.undo();
      expect(await fault.proveGone()).toMatchObject({ 'its files': 'as before', role: 'FOLLOWER' });
      expect(performance.now() - began).toBeGreaterThan(late * 1_000);
    } finally {
      await delayReadiness(cluster, 0, 'OnDelete');
      await cluster.kubernetes.core.deleteNamespacedPod({ namespace: cluster.namespace, name: follower.name });
      await delayReadiness(cluster, 0, 'RollingUpdate');
      await untilSteady(cluster, { within: 2 * minutes });
    }
  },
);
