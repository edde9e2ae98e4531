/**
 * Finds Zeebe's parts among the objects of a namespace, by label and shape, never by name.
 *
 * Helm 8.5 to 8.9 keep `component=zeebe-broker` on brokers and one Service labelled `zeebe-gateway`, but container and
 * workload names changed, and from 8.8 on the gateway is inside the brokers.
 */
import type { V1Container, V1Pod, V1Service } from '@kubernetes/client-node';
import { identityOf, type PodIdentity } from '../kubernetes/pods.ts';
import { accessThrough, type ZeebeAccess } from '../zeebe/access.ts';
import type { NodeIds } from './node-ids.ts';

const COMPONENT = 'app.kubernetes.io/component';
const COMMAND_PORT = 26501;
/** The port on which brokers talk to each other. */
export const INTERNAL_PORT = 26502;
const GATEWAY_PORT = 26500;

export interface Broker extends PodIdentity {
  readonly nodeId: number;
  /** The container that runs the broker. */
  readonly container: string;
}

/** The brokers that have an address, by node id; it is the pod's ordinal unless one is known. */
export function brokersAmong(pods: readonly V1Pod[], known: NodeIds = new Map()): Broker[] {
  return pods
    .filter((pod) => isBroker(pod) && pod.status?.podIP)
    .map((pod) => ({
      ...identityOf(pod),
      nodeId: known.get(pod.metadata?.name ?? '') ?? nodeIdOf(pod),
      container: brokerContainerOf(pod),
    }))
    .sort((a, b) => a.nodeId - b.nodeId);
}

/** Whether a pod is a broker's, also where the gateway is inside it. */
export function isBroker({ metadata }: V1Pod): boolean {
  return metadata?.labels?.[COMPONENT] === 'zeebe-broker';
}

/** The pods of brokers and gateways, ready or not. */
export function zeebePods(pods: readonly V1Pod[]): V1Pod[] {
  return pods.filter(({ metadata }) => ['zeebe-broker', 'zeebe-gateway'].includes(metadata?.labels?.[COMPONENT] ?? ''));
}

/** A broker's node id, from its name's ordinal (StatefulSet); throws for a name without one. */
export function nodeIdOf(pod: V1Pod): number {
  const ordinal = /-(\d+)$/.exec(pod.metadata?.name ?? '')?.[1];
  if (ordinal === undefined)
    throw new Error(
      `A broker's pod is expected to end in its ordinal, as a StatefulSet names it; found ${pod.metadata?.name ?? 'no name'}.`,
    );
  return Number(ordinal);
}

/** The pods behind the one Service that is labelled zeebe-gateway; throws if there is not exactly one or it selects none. */
export function gatewaysAmong(pods: readonly V1Pod[], services: readonly V1Service[]): V1Pod[] {
  const service = gatewayService(services);
  const selector = Object.entries(service.spec?.selector ?? {});
  // Every pod would match no labels; to Kubernetes a Service without a selector is one that selects nothing.
  if (selector.length === 0)
    throw new Error(`Service ${service.metadata?.name} is expected to select the gateways' pods, and has no selector.`);
  return pods.filter((pod) => selector.every(([name, value]) => pod.metadata?.labels?.[name] === value));
}

/** Whether clients talk to gateways inside the brokers. */
export function isEmbedded(gateway: V1Pod): boolean {
  return isBroker(gateway);
}

/** The container of a Zeebe pod that serves: the broker's, or else the gateway's. */
export function zeebeContainerOf(pod: V1Pod): string {
  return (containerWith(pod, COMMAND_PORT) ?? containerWith(pod, GATEWAY_PORT))?.name ?? missing(pod, GATEWAY_PORT);
}

/** The path below which a pod's actuators answer, from its readiness probe: `''`, or a context path such as `/zeebe`. */
export function actuatorBasePathOf(pod: V1Pod): string {
  const path = pod.spec?.containers.find((c) => c.name === zeebeContainerOf(pod))?.readinessProbe?.httpGet?.path ?? '';
  return path.replace(/\/(ready|actuator\/.*)$/, '');
}

function brokerContainerOf(pod: V1Pod): string {
  return containerWith(pod, COMMAND_PORT)?.name ?? missing(pod, COMMAND_PORT);
}

function containerWith(pod: V1Pod, port: number): V1Container | undefined {
  return pod.spec?.containers.find((c) => c.ports?.some((p) => p.containerPort === port));
}

/** The one Service that is labelled zeebe-gateway; throws if there is not exactly one. */
export function gatewayService(services: readonly V1Service[]): V1Service {
  const found = services.filter((s) => s.metadata?.labels?.[COMPONENT] === 'zeebe-gateway');
  const [only] = found;
  if (!only || found.length > 1)
    throw new Error(
      `Exactly one Service labelled ${COMPONENT}=zeebe-gateway is expected in the namespace, found ${found.length}.`,
    );
  return only;
}

/** The access by way of the one Service that is labelled zeebe-gateway; throws if there is not exactly one. */
export function gatewayAccess(access: ZeebeAccess, services: readonly V1Service[], namespace: string): ZeebeAccess {
  return accessThrough(access, gatewayService(services).metadata?.name ?? '', namespace);
}

function missing(pod: V1Pod, port: number): never {
  throw new Error(`A container of pod ${pod.metadata?.name} is expected to expose port ${port}, and none does.`);
}
