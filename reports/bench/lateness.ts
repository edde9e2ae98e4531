/** How long after the cluster has become steady that is noticed. */
import { untilSteady } from '../../helpers/cluster/steady.ts';
import { isReady } from '../../helpers/kubernetes/pods.ts';
import { minutes } from '../../helpers/wait/deadline.ts';
import type { BenchLab } from './bench-lab.ts';
import type { Versus } from './versus.ts';

/**
 * Replaces a gateway again and again. The moment it is ready again, the last thing that a steady cluster lacked, is
 * that at which the API server's watch tells of it.
 */
export async function lateness({ cluster, kubectl }: BenchLab, repetitions: number): Promise<Versus> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let n = 0; n < repetitions; n++) {
    ours.push(await after(cluster, () => untilSteady(cluster, { within: 2 * minutes })));
    theirs.push(await after(cluster, () => kubectl('rollout', 'status', 'deployment', 'camunda-zeebe-gateway')));
  }
  return { what: 'lateness: steady → noticed', ours, theirs, instead: '`kubectl rollout status`, pods alone' };
}

async function after(cluster: BenchLab['cluster'], wait: () => Promise<unknown>): Promise<number> {
  await untilSteady(cluster, { within: 2 * minutes });
  const { name, uid } = cluster.gateway();
  await cluster.kubernetes.core.deleteNamespacedPod({ namespace: cluster.namespace, name, gracePeriodSeconds: 1 });
  await cluster.pods.until('a gateway gone', (all) => all.every((p) => p.metadata?.uid !== uid || !isReady(p)), {
    within: 1 * minutes,
  });
  const ready = cluster.pods
    .until('two ready gateways', () => cluster.gateways().length === 2 && cluster.gateways().every(isReady), {
      within: 2 * minutes,
    })
    .then(() => performance.now());
  await wait();
  const noticed = performance.now();
  return noticed - (await ready);
}
