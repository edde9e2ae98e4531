import { expect } from 'vitest';
import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import type { Broker } from '../cluster/cluster.ts';
import { ToolContainers, type Lease } from '../kubernetes/tool-container.ts';
import { minutes, seconds } from '../wait/deadline.ts';
import { eventually } from '../wait/eventually.ts';
import { compactLog } from './compact-log.ts';
import { replicaFiles } from './replica-files.ts';
import { corruptSnapshot } from './snapshot-corruption.ts';

/** A follower of partition 3 with a compacted log, and tool containers with the lease that a test wants. */
const test = steadyClusterTest.extend('victim', async ({ cluster, target }, { onCleanup }) => {
  const name = `zeebe-chaos-test-${target.runId}`;
  const all: ToolContainers[] = [];
  const containersWith = (lease?: Lease) => {
    const { kubernetes, namespace, pods } = cluster;
    const containers = new ToolContainers(kubernetes, namespace, pods, target.toolImage, name, lease);
    all.push(containers);
    return containers;
  };
  onCleanup(async () => {
    await Promise.all(all.map((containers) => containers.endAll()));
  });
  const [follower] = await cluster.followersOf(3);
  await compactLog(cluster, containersWith(), follower, { partition: 3, run: target.runId });
  const files = (containers: ToolContainers, broker: Broker) => {
    const pod = cluster.brokerPods().find((p) => p.metadata?.name === broker.name);
    if (!pod) throw new Error(`${broker.name} is expected to run.`);
    return replicaFiles(containers, pod, broker.container, 3);
  };
  return { follower, containersWith, files };
});

test(
  'a snapshot whose file cannot be put back is made anew by the leader',
  { timeout: 3 * minutes },
  async ({ cluster, victim: { follower, containersWith, files } }) => {
    const containers = containersWith();
    const fault = corruptSnapshot(cluster, containers, follower, 3);
    await fault.refuse();
    await fault.inject();
    await fault.prove();
    await (await files(containers, follower)).run('rm -rf "${1%/raft-partition/*}"/zeebe-chaos-*');

    await fault.undo();

    expect(await fault.proveGone()).toMatchObject({ 'its files': 'new', role: 'FOLLOWER' });
  },
);

test(
  'the file is put back by itself when the runner has stopped renewing, and whoever counted on it is told',
  { timeout: 3 * minutes },
  async ({ cluster, victim: { follower, containersWith, files } }) => {
    const before = await (await files(containersWith(), follower)).newestSnapshot();
    const fault = corruptSnapshot(cluster, containersWith({ expires: 3 * seconds, every: 1e9 }), follower, 3);
    await fault.refuse();
    await fault.inject();

    const others = await files(containersWith(), follower);
    const back = async () => {
      const { checksum, id } = (await others.newestSnapshot()) ?? {};
      return { value: checksum === before?.checksum || undefined, seen: `${id} ${checksum}` };
    };
    await eventually(back, { within: 15 * seconds });
    await expect(fault.prove()).rejects.toThrow('and it is as before');

    await fault.undo();
    expect(await fault.proveGone()).toMatchObject({ 'its files': 'as before' });
  },
);
