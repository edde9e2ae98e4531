import { expect } from 'vitest';
import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import '../../fixtures/matchers/workers.ts';
import { Workers } from '../../fixtures/handed/workers.ts';
import { Zeebe } from '../../fixtures/handed/zeebe.ts';
import { containerStatusIn, isReady } from '../kubernetes/pods.ts';
import { ToolContainers } from '../kubernetes/tool-containers.ts';
import { seconds } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import type { Fault } from '../chaos/fault.ts';
import { makeReady } from '../chaos/fault.ts';
import { contextOf } from '../chaos/fault-kind.ts';
import { restart } from './restart/restart.ts';
import { stress } from './stress/stress.ts';
import { terminate } from './terminate/terminate.ts';

const test = steadyClusterTest.extend('containers', ({ cluster, run }, { onCleanup }) => {
  const name = `zeebe-chaos-test-${run.id}`;
  const containers = new ToolContainers(cluster.kubernetes, cluster.namespace, cluster.pods, run.toolImage, name);
  onCleanup(async () => {
    await containers.endAll();
  });
  return containers;
});

/** Takes a fault through its whole life; returns what proved it and what proved that it is gone. */
async function lived(fault: Fault) {
  await makeReady(fault);
  await fault.inject();
  try {
    const evidence = await fault.prove();
    // As a held fault does it: `stress` in the middle of a sync outlives its SIGKILL.
    await retry(() => fault.undo(), { title: `Undoing ${fault.title}`, within: fault.undoWithin });
    return { evidence, gone: await fault.proveGone() };
  } finally {
    await fault.undo();
  }
}

test('a gateway restarts gracefully: another pod takes its place', async ({ cluster, containers }) => {
  const gateway = cluster.gateway();
  const { evidence } = await lived(restart.make(contextOf(cluster, containers), gateway));
  expect(evidence).toEqual({ 'old pods': gateway.uid });
  const ready = cluster.gateways().filter(isReady);
  expect(ready).toHaveLength(2);
  expect(ready.map((pod) => pod.metadata?.uid)).not.toContain(gateway.uid);
});

test('a gateway is killed: exit code 137, the same pod', async ({ cluster, containers }) => {
  const gateway = cluster.gateway();
  const before = containerStatusIn(cluster.pods.all(), gateway, gateway.container)?.restartCount ?? 0;
  const { evidence } = await lived(terminate.make(contextOf(cluster, containers), gateway));
  expect(evidence).toMatchObject({ 'exit code': 137, restarts: `${before} → ${before + 1}`, pod: gateway.uid });
});

test('a job worker is killed: exit code 137, and its jobs are done all the same', async ({
  cluster,
  containers,
  ledger,
  journal,
  run,
  signal,
}) => {
  const zeebe = await Zeebe.open(cluster, { ledger, journal, signal, id: `test-${run.id}` });
  const workers = await Workers.open(cluster, zeebe, run);
  try {
    const instances = await workers.startInstances(20);
    const [worker] = workers.pods();
    if (!worker) throw new Error('A worker is expected.');
    const kill = terminate.make(contextOf(cluster, containers), { ...worker, container: 'worker' });
    expect((await lived(kill)).evidence).toMatchObject({ 'exit code': 137, pod: worker.uid });
    await expect(workers).toComplete(instances, { within: workers.jobTimeout * 3 });
  } finally {
    await workers.end();
    await zeebe.settle();
  }
});

test.for([
  { what: 'memory', options: { memory: 64 }, symptom: 'the memory held beside it', seen: /^\d+ MiB, 0 before$/ },
  { what: 'io', options: { io: 2 }, symptom: 'what is written beside it', seen: /^\d+ KiB a second, 0 before$/ },
  {
    what: 'cpu',
    options: { cpu: 8 },
    symptom: 'the run delay of its threads',
    seen: /^[\d.]+ ms for each ms that they run, [\d.]+ before$/,
  },
])(
  'a gateway under $what stress shows it, is not restarted, and is free of it afterwards',
  async ({ options, symptom, seen }, { cluster, containers }) => {
    const gateway = cluster.gateway();
    const restarts = containerStatusIn(cluster.pods.all(), gateway, gateway.container)?.restartCount;
    const { evidence, gone } = await lived(stress.make(contextOf(cluster, containers), gateway, options));
    expect(evidence).toEqual({
      [symptom]: expect.stringMatching(seen) as string,
      'processes of the load': expect.any(Number) as number,
      restarts,
    });
    expect(gone).toEqual({ [gateway.name]: 'no load left' });
  },
);

test('stress ends by itself when its time is up', async ({ cluster, containers }) => {
  const gateway = cluster.gateway();
  const load = stress.make(contextOf(cluster, containers), gateway, { memory: 32, atMost: 10_000 });
  await makeReady(load);
  await load.inject();
  await load.prove();
  const tools = await containers.in(gateway, { processesOf: gateway.container });
  const ended = await tools.run(
    'for _ in $(seq 250); do pgrep -x stress >/dev/null || { echo ended; exit; }; sleep 0.1; done',
    [],
    { within: 40 * seconds },
  );
  expect(ended.stdout.trim()).toBe('ended');
});
