/**
 * Objects as installations make them, as far as the resolver reads them, for tests: of Camunda's Helm charts as their golden
 * files have them (camunda-platform 10.11 to 14.8, Zeebe 8.5 to 8.9), and of Camunda's own SaaS as zbchaos looks for them.
 */
import type { V1Container, V1ObjectMeta, V1Pod, V1Service } from '@kubernetes/client-node';

export interface Installation {
  readonly pods: V1Pod[];
  readonly services: V1Service[];
}

/** Ports by the names that the charts give them. */
export type Ports = Readonly<Record<string, number>>;

const BROKER = { http: 9600, command: 26501, internal: 26502 };
const GATEWAY = { http: 9600, gateway: 26500, internal: 26502, rest: 8080 };
const ORCHESTRATION = { http: 8080, command: 26501, internal: 26502, server: 9600, grpc: 26500 };

export const sidecar = container('istio-proxy', { 'http-envoy-prom': 15090 });

/** Three brokers and two gateways of their own, as by the charts for 8.5, 8.6 and 8.7; with other ports, or beside other containers. */
export function withGateways({
  ports = {},
  beside = [],
}: { ports?: Ports; beside?: V1Container[] } = {}): Installation {
  const changed = (usual: Ports) => Object.fromEntries(Object.entries(usual).map(([n, port]) => [n, ports[n] ?? port]));
  const broker = container('zeebe', changed(BROKER));
  const gateway = container('zeebe-gateway', changed(GATEWAY));
  return {
    pods: [
      ...['x2k4p', '9qrst'].map((end) =>
        pod(`camunda-zeebe-gateway-6f9c7d-${end}`, chart('zeebe-gateway'), ...beside, gateway),
      ),
      ...[0, 1, 2].map((n) => pod(`camunda-zeebe-${n}`, chart('zeebe-broker'), ...beside, broker)),
      pod('camunda-operate-5c4d-abcde', chart('operate'), container('operate', { http: 8080 })),
    ],
    services: [
      service('camunda-zeebe', chart('zeebe-broker'), chart('zeebe-broker'), changed(BROKER)),
      service('camunda-zeebe-gateway', chart('zeebe-gateway'), chart('zeebe-gateway'), changed(GATEWAY)),
    ],
  };
}

/** Three brokers with gateways in them, as by the charts for 8.8 and 8.9; below a context path, or with other ports. */
export function withoutGateways({ path = '', ports = {} }: { path?: string; ports?: Ports } = {}): Installation {
  const { command, internal, ...outside } = { ...ORCHESTRATION, ...ports };
  const orchestration = container('orchestration', { ...outside, command, internal }, path);
  return {
    pods: [0, 1, 2].map((n) => pod(`camunda-zeebe-${n}`, chart('zeebe-broker'), orchestration)),
    services: [
      service('camunda-zeebe', chart('zeebe-broker'), chart('zeebe-broker'), { command, internal }),
      service('camunda-zeebe-gateway', chart('zeebe-gateway'), chart('zeebe-broker'), outside),
    ],
  };
}

/** A cluster of Camunda's SaaS, whose brokers are labelled as gateways for history's sake. */
export function saas(): Installation {
  const labels = (app: string, component: string) => ({
    'app.kubernetes.io/app': app,
    'app.kubernetes.io/component': component,
  });
  const gateway = labels('zeebe-gateway', 'standalone-gateway');
  return {
    pods: [
      ...[0, 1, 2].map((n) => pod(`zeebe-${n}`, labels('zeebe', 'gateway'), container('zeebe', BROKER))),
      pod('zeebe-gateway-7d9f-kk2lm', gateway, container('zeebe-gateway', GATEWAY)),
      pod('operate-5c4d-abcde', labels('operate', 'operate'), container('operate', { http: 8080 })),
    ],
    services: [service('zeebe-service', labels('zeebe-gateway', 'service'), gateway, GATEWAY)],
  };
}

/** The labels that the charts put on a component of release `instance`. */
export function chart(component: string, instance = 'camunda'): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'camunda-platform',
    'app.kubernetes.io/instance': instance,
    'app.kubernetes.io/component': component,
  };
}

/** A container that declares ports and is asked whether it is ready at the one for `server`, or else for `http`. */
export function container(name: string, ports: Ports, contextPath = ''): V1Container {
  const port = ports['server'] ?? ports['http'] ?? 0;
  return {
    name,
    ports: Object.entries(ports).map(([called, containerPort]) => ({ name: called, containerPort })),
    readinessProbe: { httpGet: { path: `${contextPath}/actuator/health/readiness`, port } },
  };
}

export function pod(name: string, labels: V1ObjectMeta['labels'] & object, ...containers: V1Container[]): V1Pod {
  return {
    metadata: { name, uid: `uid of ${name}`, labels },
    spec: { containers, nodeName: 'node-1' },
    status: { podIP: '198.19.0.2' },
  };
}

export function service(
  name: string,
  labels: Record<string, string>,
  selector: Record<string, string>,
  ports: Ports = {},
): V1Service {
  return {
    metadata: { name, labels },
    spec: { selector, ports: Object.entries(ports).map(([called, port]) => ({ name: called, port })) },
  };
}
