/** The steady state: what an experiment begins and ends with. */
import type { V1Deployment, V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import { hasCode, reasonOf } from '../kubernetes/apply.ts';
import { describePod, isReady } from '../kubernetes/pods.ts';
import { instanceOnEach } from '../zeebe/create-on-partition.ts';
import { deployModel } from '../zeebe/deploy-model.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { seconds, type Bound } from '../wait/deadline.ts';
import { eventually, type Question } from '../wait/eventually.ts';
import type { Cluster } from './cluster.ts';
import { selects } from './resolve.ts';

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
/** Milliseconds between two looks. */
export const STEADY_EVERY = 50;

/**
 * Waits until the cluster is steady, and writes down what is still missing while it waits.
 *
 * @throws NeverHappened naming each thing that is missing
 */
export function untilSteady(cluster: Cluster, bound: Bound): Promise<true> {
  return eventually(steadiness(cluster, bound.signal), { ...bound, every: STEADY_EVERY });
}

/**
 * Asks whether the cluster is steady: every wanted replica is ready and no pod is terminating, the topology is complete
 * and healthy at every gateway, every broker itself answers, and through every gateway an instance can be created on every
 * partition.
 */
export function steadiness(cluster: Cluster, signal?: AbortSignal): Question<true> {
  const canaries = canariesOf(cluster, signal);
  let told = Date.now();
  return async () => {
    const missing = await whatIsNotSteady(cluster).catch((error: unknown) => refuseHopeless(cluster, error));
    if (missing.length === 0) missing.push(...(await missingAtBrokers(cluster)));
    if (missing.length === 0) missing.push(...(await canaries()));
    const seen = missing.join(' ');
    if (missing.length > 0 && Date.now() - told > TELL_EVERY) {
      told = Date.now();
      cluster.journal.write(`  Not steady yet: ${seen}`);
    }
    return { value: missing.length === 0 || undefined, seen };
  };
}

/** One sentence for each thing that is missing now in pods and topology; nothing is written for it. */
export async function whatIsNotSteady(cluster: Cluster): Promise<string[]> {
  const pods = await missingPods(cluster);
  // Not beside it: a gateway that becomes ready meanwhile would be one that is there and is not asked.
  const topology = await cluster.whatIsMissing();
  return [...pods, ...topology];
}

/**
 * What brokers themselves lack. For a second after the end of a broker's process its pod is ready still (the kubelet looks
 * each second), and a gateway still lists it.
 */
async function missingAtBrokers(cluster: Cluster): Promise<string[]> {
  const told = await Promise.all(
    cluster.brokers().map(async (broker) => {
      const replicas = await cluster.replicasOn(broker).catch(() => undefined);
      // One that has just begun answers before it knows of any.
      if (!replicas || replicas.size === 0) return [`${broker.name} itself tells of no partition.`];
      const idle = [...replicas].filter(([, { role }]) => role !== 'LEADER' && role !== 'FOLLOWER');
      return idle.map(
        ([id, { role }]) => `${broker.name} itself is ${role?.toLowerCase() ?? 'nothing'} of partition ${id}.`,
      );
    }),
  );
  return told.flat();
}

async function missingPods(cluster: Cluster): Promise<string[]> {
  const { kubernetes, namespace, pods } = cluster;
  const [statefulSets, deployments] = await Promise.all([
    kubernetes.apps.listNamespacedStatefulSet({ namespace }),
    kubernetes.apps.listNamespacedDeployment({ namespace }),
  ]);
  const workloads = [...statefulSets.items, ...deployments.items].filter((one) => cluster.runsZeebe(one));
  // Without this the pods of a cluster that is installed in another way would be complete whatever they are.
  if (workloads.length === 0)
    return [`No StatefulSet or Deployment in ${namespace} makes pods that are labelled as Zeebe's.`];
  return workloads.flatMap((workload) => missingOf(workload, pods.all()));
}

/** What keeps a workload's pods from being as many as wanted, all ready and none on its way out. */
export function missingOf(workload: V1StatefulSet | V1Deployment, all: readonly V1Pod[]): string[] {
  const wanted = workload.spec?.replicas ?? 1;
  const own = all.filter((pod) => selects(workload.spec?.selector.matchLabels, pod));
  const unready = own.filter((pod) => !isReady(pod));
  const ready = own.length - unready.length;
  if (ready === wanted && unready.length === 0) return [];
  return [
    `${workload.metadata?.name} has ${ready} of ${wanted} replicas ready${unready.length > 0 ? ` (${unready.map(describePod).join('; ')})` : ''}.`,
  ];
}

/**
 * Asks each gateway for an instance on every partition, and each start of a gateway until it had them once: one that became
 * ready a moment ago answers UNAVAILABLE. The process ends at once, so that nothing is left behind.
 */
function canariesOf(cluster: Cluster, signal: AbortSignal | undefined): () => Promise<string[]> {
  const questions = new Map<string, Question<unknown>>();
  let deployed: number | undefined;
  return async () => {
    const partitions = await cluster.partitions();
    return cluster.missingThroughGateways(async (client, start) => {
      const version = (deployed ??= await deployModel(client, 'canary.bpmn', { within: 5 * seconds, signal }));
      const ask = questions.get(start) ?? instanceOnEach(client, { processId: CANARY, version, partitions }, signal);
      questions.set(start, ask);
      const { value, seen } = await ask();
      return value === undefined ? [`${seen}.`] : [];
    });
  };
}
