/**
 * Finds Zeebe's parts among the objects of a namespace, by label and shape.
 *
 * Helm 8.5 to 8.9 keep `component=zeebe-broker` on brokers and one Service labelled `zeebe-gateway`, but container and
 * workload names changed, and from 8.8 on the gateway is inside the brokers.
 */
import type { V1Container, V1Pod, V1Service } from '@kubernetes/client-node';
import { identityOf, type PodIdentity } from '../kubernetes/pods.ts';
import { accessThrough, type ZeebeAccess } from '../zeebe/access.ts';
import type { NodeIds } from './node-ids.ts';
import { containerFor, INTERNAL_PORT, managementPort, portFor } from './ports.ts';

/** The label by which Camunda's charts tell what of Zeebe a pod or a Service is. */
const COMPONENT = 'app.kubernetes.io/component';

/** What the charts label brokers' pods. */
export const CHART_BROKERS: Readonly<Record<string, string>> = { [COMPONENT]: 'zeebe-broker' };

/** The label, in our picture of a pod or a Service alone, of what it is of Zeebe where the charts' label does not tell (landmarks.ts). */
export const PART = 'zeebe-chaos/part';

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
      container: brokerContainer(pod).name,
      ...listensElsewhere(pod),
    }))
    .sort((a, b) => a.nodeId - b.nodeId);
}

/** Why brokers cannot be those of one Zeebe, if so; by the ordinals of their names, before any topology was asked. */
export function whyTwoZeebes(brokers: readonly Broker[]): string | undefined {
  const twice = brokers.find(({ nodeId }, i) => brokers.findIndex((other) => other.nodeId === nodeId) !== i);
  return twice && `${twice.name} is beside another broker ${twice.nodeId}; CHAOS_BROKERS can tell which are meant.`;
}

/** Whether a pod is a broker's, also where the gateway is inside it. */
export function isBroker(pod: V1Pod): boolean {
  return partOf(pod) === 'zeebe-broker';
}

/** The pods of brokers and gateways, ready or not. */
export function zeebePods(pods: readonly V1Pod[]): V1Pod[] {
  return pods.filter((pod) => ['zeebe-broker', 'zeebe-gateway'].includes(partOf(pod) ?? ''));
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
  const { metadata, spec } = gatewayService(services);
  if (Object.keys(spec?.selector ?? {}).length === 0)
    throw new Error(`Service ${metadata?.name} is expected to select the gateways' pods, and has no selector.`);
  return pods.filter((pod) => selects(spec?.selector, pod));
}

/** Whether a pod has all labels of a selector; one without any selects nothing, as a Service's does. */
export function selects(selector: Readonly<Record<string, string>> = {}, { metadata }: V1Pod): boolean {
  const labels = Object.entries(selector);
  return labels.length > 0 && labels.every(([name, value]) => metadata?.labels?.[name] === value);
}

/** Whether clients talk to gateways inside the brokers. */
export function isEmbedded(gateway: V1Pod): boolean {
  return isBroker(gateway);
}

/** The container of a Zeebe pod that serves: the broker's, or else the gateway's. */
export function zeebeContainerOf(pod: V1Pod): string {
  return zeebeContainer(pod).name;
}

/** Where a gateway listens for clients. */
export function gatewayPortOf(pod: V1Pod): number {
  return portFor('gateway', zeebeContainer(pod));
}

/** Where a pod's actuators answer. */
export function managementPortOf(pod: V1Pod): number {
  return managementPort(zeebeContainer(pod));
}

/** The path below which a pod's actuators answer, from its readiness probe: `''`, or a context path such as `/zeebe`. */
export function actuatorBasePathOf(pod: V1Pod): string {
  const path = zeebeContainer(pod).readinessProbe?.httpGet?.path ?? '';
  return path.replace(/\/(ready|actuator\/.*)$/, '');
}

/** The port on which the members of a cluster talk to each other in this pod. */
export function internalPortOf(pod: V1Pod): number {
  return portFor('internal', zeebeContainer(pod));
}

function listensElsewhere(pod: V1Pod): Pick<PodIdentity, 'port'> {
  const port = internalPortOf(pod);
  return port === INTERNAL_PORT ? {} : { port };
}

function zeebeContainer(pod: V1Pod): V1Container {
  return containerFor('command', pod) ?? containerFor('gateway', pod) ?? onlyContainer(pod) ?? missing(pod, 26500);
}

function brokerContainer(pod: V1Pod): V1Container {
  return containerFor('command', pod) ?? onlyContainer(pod) ?? missing(pod, 26501);
}

/** To tell ports is not required. */
function onlyContainer({ spec }: V1Pod): V1Container | undefined {
  const [only, ...others] = spec?.containers ?? [];
  return only && others.length === 0 && !only.ports?.length ? only : undefined;
}

/** The one Service that is labelled zeebe-gateway; throws if there is not exactly one. */
export function gatewayService(services: readonly V1Service[]): V1Service {
  const found = services.filter(isGatewayService);
  const [only] = found;
  if (!only || found.length > 1)
    throw new Error(
      `Exactly one Service labelled ${COMPONENT}=zeebe-gateway is expected in the namespace, found ${found.length}; CHAOS_GATEWAY_SERVICE can name one, and CHAOS_BROKERS its brokers.`,
    );
  return only;
}

/** Whether a Service is labelled as the one in front of the gateways. */
export function isGatewayService(service: V1Service): boolean {
  return partOf(service) === 'zeebe-gateway';
}

function partOf({ metadata }: V1Pod | V1Service): string | undefined {
  return metadata?.labels?.[PART] ?? metadata?.labels?.[COMPONENT];
}

/** The access by way of the one Service that is labelled zeebe-gateway; throws if there is not exactly one. */
export function gatewayAccess(access: ZeebeAccess, services: readonly V1Service[], namespace: string): ZeebeAccess {
  return accessThrough(access, gatewayService(services).metadata?.name ?? '', namespace);
}

function missing(pod: V1Pod, port: number): never {
  throw new Error(`A container of pod ${pod.metadata?.name} is expected to expose port ${port}, and none does.`);
}
