/** What a pod's record says, in the words experiments use. */
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { spell } from '../wait/deadline.ts';

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

/** A time in a record as epoch ms: a Date in the answer to a list, whatever its type says, and a string in that to a watch. */
export function epochOf(time: Date | string | undefined): number | undefined {
  return time === undefined ? undefined : new Date(time).getTime();
}

/** Epoch ms, to the second, since when a pod is ready; undefined where it is not. */
function readySince(pod: V1Pod): number | undefined {
  const ready = pod.status?.conditions?.find((c) => c.type === 'Ready' && c.status === 'True');
  return epochOf(ready?.lastTransitionTime);
}

/** How long after a moment (epoch ms) the last of the pods was ready, to the second; undefined where one is not. */
export function readyAfter(since: number, pods: readonly V1Pod[]): string | undefined {
  const times = pods.map(readySince);
  if (times.length === 0 || times.includes(undefined)) return undefined;
  return spell(1_000 * Math.max(0, Math.round((Math.max(...times.map(Number)) - since) / 1_000)));
}

/**
 * How long after its start a container that is well may be called not ready by its probes, in ms: by their delay, period and
 * time-out. Charts for Zeebe have up to 30 s of each.
 */
export function readyLate(pod: V1Pod, container: string): number {
  const { startupProbe, readinessProbe } = pod.spec?.containers.find(({ name }) => name === container) ?? {};
  const late = [startupProbe, readinessProbe].map((probe) =>
    probe ? (probe.initialDelaySeconds ?? 0) + (probe.periodSeconds ?? 10) + (probe.timeoutSeconds ?? 1) : 0,
  );
  return 1_000 * late.reduce((sum, one) => sum + one, 0);
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

/**
 * How long the kubelet waits before it starts a crashed container again, in ms; undefined where it does not. It waits 10 s
 * after the second crash, doubling to 5 min, and says so: `back-off 40s restarting failed container=…`.
 */
export function backOffOf(status: V1ContainerStatus | undefined): number | undefined {
  const { reason, message = '' } = status?.state?.waiting ?? {};
  if (reason !== 'CrashLoopBackOff') return undefined;
  const [, minutes = 0, seconds = 0] = /back-off (?:(\d+)m)?(?:(\d+)s)?/.exec(message) ?? [];
  return (Number(minutes) * 60 + Number(seconds)) * 1_000;
}

/** How much of each second a pod's containers may run, by their CPU limits together: `500m` is 0.5; Infinity where one has none. */
export function cpuLimitOf(pod: V1Pod): number {
  const limits = pod.spec?.containers.map((c) => c.resources?.limits?.['cpu']) ?? [];
  return limits.reduce((sum, limit) => sum + (limit === undefined ? Infinity : cores(limit)), 0);
}

/** A quantity of CPU: thousandths end in `m`. */
function cores(quantity: string): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1_000 : Number(quantity);
}

/** Whether a pod as a whole has a CPU limit: only where each of its containers has one (kubelet, pod-level cgroup). */
export function hasCpuLimit(pod: V1Pod): boolean {
  return pod.spec?.containers.every((c) => c.resources?.limits?.['cpu'] !== undefined) === true;
}
