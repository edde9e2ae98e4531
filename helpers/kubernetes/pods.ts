/** What a pod's record says, in the words experiments use. */
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';

/** A pod as it was found: enough to act on exactly this one later, wherever leaders have moved. */
export interface PodIdentity {
  readonly name: string;
  readonly uid: string;
  readonly ip: string;
  readonly node: string;
  /** Where it listens, if that is not the port on which brokers talk to each other. */
  readonly port?: number;
}

/** One container of such a pod. */
export interface ContainerIdentity extends PodIdentity {
  readonly container: string;
}

/** Whether a pod serves: its Ready condition is true and it is not on its way out. */
export function isReady(pod: V1Pod): boolean {
  return (
    pod.metadata?.deletionTimestamp === undefined &&
    pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true
  );
}

/** Freezes who a pod is; throws if it has no address yet. */
export function identityOf(pod: V1Pod): PodIdentity {
  const { name, uid } = pod.metadata ?? {};
  const ip = pod.status?.podIP;
  const node = pod.spec?.nodeName;
  if (!name || !uid || !ip || !node)
    throw new Error(
      `Pod ${name ?? '?'} was expected to run on a node with an address, and is ${pod.status?.phase ?? 'unknown'}.`,
    );
  return { name, uid, ip, node };
}

/** One line on a pod for messages: `camunda-zeebe-0 running, not ready`. */
export function describePod(pod: V1Pod): string {
  const state = pod.metadata?.deletionTimestamp ? 'terminating' : (pod.status?.phase ?? 'unknown').toLowerCase();
  const waiting = pod.status?.containerStatuses?.map((c) => c.state?.waiting?.reason).find(Boolean);
  return `${pod.metadata?.name} ${state}${waiting ? ` (${waiting})` : ''}, ${isReady(pod) ? 'ready' : 'not ready'}`;
}

/** The UID of the workload that makes a pod anew when it is gone (its controller); undefined if there is none. */
export function ownerOf(pod: V1Pod | undefined): string | undefined {
  return pod?.metadata?.ownerReferences?.find((owner) => owner.controller)?.uid;
}

/** Exactly this pod as it is now; undefined if it is gone, whoever has its name. */
export function podIn(pods: readonly V1Pod[], { uid }: Pick<PodIdentity, 'uid'>): V1Pod | undefined {
  return pods.find((pod) => pod.metadata?.uid === uid);
}

/** The status of a container of exactly this pod; undefined if pod or container is gone. */
export function containerStatusIn(
  pods: readonly V1Pod[],
  identity: PodIdentity,
  container: string,
): V1ContainerStatus | undefined {
  return podIn(pods, identity)?.status?.containerStatuses?.find((c) => c.name === container);
}

/** Whether a pod as a whole has a CPU limit: only where each of its containers has one (kubelet, pod-level cgroup). */
export function hasCpuLimit(pod: V1Pod): boolean {
  return pod.spec?.containers.every((c) => c.resources?.limits?.['cpu'] !== undefined) === true;
}
