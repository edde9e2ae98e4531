/** How long after the cluster has become steady that is noticed. */
import { untilSteady } from '../../helpers/cluster/steady.ts';
import { isReady } from '../../helpers/kubernetes/pods.ts';
import { minutes } from '../../helpers/wait/deadline.ts';
import { eventually } from '../../helpers/wait/eventually.ts';
import type { BenchLab } from './bench-lab.ts';
import type { Versus } from './versus.ts';

/**
 * Replaces a gateway again and again. Its pod is ready again when the API server's watch tells of it; the cluster is steady
 * when the new gateway also knows every broker, which is asked of it every 10 ms.
 */
export async function lateness({ cluster, kubectl }: BenchLab, repetitions: number): Promise<Versus> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let n = 0; n < repetitions; n++) {
    ours.push(await after(cluster, () => untilSteady(cluster, { within: 2 * minutes }), untilKnown));
    const rollout = () => kubectl('rollout', 'status', 'deployment', 'camunda-zeebe-gateway');
    theirs.push(await after(cluster, rollout, untilReady));
  }
  return { what: 'lateness: steady → noticed', ours, theirs, instead: '`kubectl rollout status`, pods alone' };
}

function untilReady(cluster: BenchLab['cluster']): Promise<unknown> {
  const ready = () => cluster.gateways().length === 2 && cluster.gateways().every(isReady);
  return cluster.pods.until('two ready gateways', ready, { within: 2 * minutes });
}

async function untilKnown(cluster: BenchLab['cluster']): Promise<void> {
  await untilReady(cluster);
  const ask = async () => {
    const missing = await cluster.whatIsMissing();
    return { value: missing.length === 0 || undefined, seen: missing.join(' ') };
  };
  await eventually(ask, { within: 2 * minutes, every: 10 });
}

async function after(
  cluster: BenchLab['cluster'],
  wait: () => Promise<unknown>,
  done: (cluster: BenchLab['cluster']) => Promise<unknown>,
): Promise<number> {
  await untilSteady(cluster, { within: 2 * minutes });
  const { name, uid } = cluster.gateway();
  await cluster.kubernetes.core.deleteNamespacedPod({ namespace: cluster.namespace, name, gracePeriodSeconds: 1 });
  await cluster.pods.until('a gateway gone', (all) => all.every((p) => p.metadata?.uid !== uid || !isReady(p)), {
    within: 1 * minutes,
  });
  const isDone = done(cluster).then(() => performance.now());
  await wait();
  const noticed = performance.now();
  return noticed - (await isDone);
}
