/** The steady state: what an experiment begins and ends with. */
import type { V1Deployment, V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import { hasCode, reasonOf } from '../kubernetes/apply.ts';
import { describePod, isReady } from '../kubernetes/pods.ts';
import { createOnPartitions, PartitionSilent } from '../zeebe/create-on-partition.ts';
import { readModel } from '../zeebe/models.ts';
import { partitionIds } from '../zeebe/topology.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { seconds, type Bound } from '../wait/deadline.ts';
import { eventually, NeverHappened, type Answer } from '../wait/eventually.ts';
import type { Cluster } from './cluster.ts';

/** A process that is deployed with every steady-state check and ends at once. */
export const CANARY = 'zeebe-chaos-canary';

/** With its namespace goes what this user may do in it, and no waiting brings it back. */
function refuseHopeless({ namespace }: Cluster, error: unknown): never {
  if (hasCode(error, 403))
    throw new ExperimentInvalid(
      `Namespace ${namespace} is expected to be there still, with the rights in it: ${reasonOf(error)}`,
      { cause: error },
    );
  throw error;
}

/** Milliseconds between two lines on what is still missing. */
const TELL_EVERY = 2 * seconds;

/**
 * Waits until the cluster is steady: every wanted replica is ready and no pod is terminating, the topology is complete
 * and healthy at every gateway, and an instance can be created on every partition.
 *
 * @throws NeverHappened naming each thing that is missing
 */
export async function untilSteady(cluster: Cluster, bound: Bound): Promise<void> {
  const end = Date.now() + bound.within;
  let told = Date.now();
  const ask = async () => {
    const answer = await asked(cluster);
    if (answer.value === undefined && Date.now() - told > TELL_EVERY) {
      told = Date.now();
      cluster.journal.write(`  Not steady yet: ${answer.seen}`);
    }
    return answer;
  };
  // Beside the waiting: a deployment needs no more than partition 1. What is missing is told first, if both fail.
  const deploying = deployCanary(cluster, bound);
  deploying.catch(() => undefined);
  await eventually(ask, { ...bound, every: 50 });
  const version = await deploying;
  await canary(cluster, version, { within: Math.max(1 * seconds, end - Date.now()), signal: bound.signal });
}

async function asked(cluster: Cluster): Promise<Answer<true>> {
  const missing = await whatIsNotSteady(cluster).catch((error: unknown) => refuseHopeless(cluster, error));
  return { value: missing.length === 0 || undefined, seen: missing.join(' ') };
}

/** One sentence for each thing that is missing now in pods and topology; nothing is written for it. */
export async function whatIsNotSteady(cluster: Cluster): Promise<string[]> {
  const pods = await missingPods(cluster);
  // Not beside it: a gateway that becomes ready meanwhile would be one that is there and is not asked.
  const topology = await cluster.whatIsMissing();
  return [...pods, ...topology];
}

async function missingPods({ kubernetes, namespace, pods }: Cluster): Promise<string[]> {
  const selector = { namespace, labelSelector: 'app.kubernetes.io/component in (zeebe-broker,zeebe-gateway)' };
  const [statefulSets, deployments] = await Promise.all([
    kubernetes.apps.listNamespacedStatefulSet(selector),
    kubernetes.apps.listNamespacedDeployment(selector),
  ]);
  const workloads = [...statefulSets.items, ...deployments.items];
  // Without this the pods of a cluster that is installed in another way would be complete whatever they are.
  if (workloads.length === 0) return [`No StatefulSet or Deployment in ${namespace} is labelled as Zeebe's.`];
  return workloads.flatMap((workload) => missingOf(workload, pods.all()));
}

/** What keeps a workload's pods from being as many as wanted, all ready and none on its way out. */
export function missingOf(workload: V1StatefulSet | V1Deployment, all: readonly V1Pod[]): string[] {
  const wanted = workload.spec?.replicas ?? 1;
  const labels = Object.entries(workload.spec?.selector.matchLabels ?? {});
  const own = all.filter((pod) => labels.every(([name, value]) => pod.metadata?.labels?.[name] === value));
  const unready = own.filter((pod) => !isReady(pod));
  const ready = own.length - unready.length;
  if (ready === wanted && unready.length === 0) return [];
  return [
    `${workload.metadata?.name} has ${ready} of ${wanted} replicas ready${unready.length > 0 ? ` (${unready.map(describePod).join('; ')})` : ''}.`,
  ];
}

async function deployCanary({ client }: Cluster, bound: Bound): Promise<number> {
  const resources = [await readModel('canary.bpmn')];
  return eventually(async () => {
    const { processes } = await client.deploy(resources, { within: 5 * seconds, signal: bound.signal });
    return { value: processes[0]?.version, seen: 'a deployment without a process' };
  }, bound);
}

/** Creates an instance on every partition; the process ends at once, so that nothing is left behind. */
async function canary(cluster: Cluster, version: number, bound: Bound): Promise<void> {
  const partitions = partitionIds(await cluster.topology());
  try {
    await createOnPartitions(cluster.client, { processId: CANARY, version, partitions }, bound);
  } catch (error) {
    if (!(error instanceof PartitionSilent)) throw error;
    throw new NeverHappened(error.message, 1, bound.within);
  }
}
