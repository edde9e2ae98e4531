/** The ports of Zeebe's containers, by what they are for. */
import type { V1Container, V1Pod, V1Service } from '@kubernetes/client-node';

/** The number unless it was changed, and the names that Camunda's charts give it then too (8.5 to 8.9). */
const purposes = {
  gateway: { number: 26500, names: ['gateway', 'grpc'] },
  command: { number: 26501, names: ['command'] },
  internal: { number: 26502, names: ['internal'] },
} as const;

type Purpose = keyof typeof purposes;

const MANAGEMENT_PORT = 9600;

/** The port on which brokers talk to each other, unless it was changed. */
export const INTERNAL_PORT = purposes.internal.number;

/**
 * The container that declares a port for a purpose, by its number or else by its name; undefined if none does. By name alone it is
 * one that has a port for the members of the cluster, too: others may call theirs `grpc`.
 */
export function containerFor(purpose: Purpose, { spec }: V1Pod): V1Container | undefined {
  const { number, names } = purposes[purpose];
  const containers = spec?.containers ?? [];
  return (
    containers.find(({ ports }) => ports?.some(({ containerPort }) => containerPort === number)) ??
    containers.find((one) => isMember(one) && one.ports?.some(({ name }) => isNamed(names, name)))
  );
}

function isMember({ ports }: V1Container): boolean {
  const { number, names } = purposes.internal;
  return ports?.some(({ containerPort, name }) => containerPort === number || isNamed(names, name)) === true;
}

/** Where a container listens for a purpose. */
export function portFor(purpose: Purpose, container: V1Container | undefined): number {
  const { number, names } = purposes[purpose];
  const ports = container?.ports ?? [];
  if (ports.some(({ containerPort }) => containerPort === number)) return number;
  return ports.find(({ name }) => isNamed(names, name))?.containerPort ?? number;
}

/** Where clients reach the gateways behind a Service. */
export function servicePort({ spec }: V1Service): number {
  const { number, names } = purposes.gateway;
  const ports = spec?.ports ?? [];
  const own = ports.find(({ port, targetPort }) => port === number || targetPort === number);
  return (
    (own ?? ports.find(({ name, targetPort }) => isNamed(names, name) || isNamed(names, targetPort)))?.port ?? number
  );
}

/** Where a container's actuators answer: at the port that was set aside for them, or else where it is asked whether it is ready. */
export function managementPort(container: V1Container | undefined): number {
  const ports = container?.ports ?? [];
  const probed = container?.readinessProbe?.httpGet?.port;
  if (ports.some(({ containerPort }) => containerPort === MANAGEMENT_PORT)) return MANAGEMENT_PORT;
  if (typeof probed === 'number') return probed;
  return ports.find(({ name }) => name !== undefined && name === probed)?.containerPort ?? MANAGEMENT_PORT;
}

function isNamed(names: readonly string[], name: unknown): boolean {
  return names.some((one) => one === name);
}
