import type { V1Container, V1Pod, V1Service } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { chart, container, pod, saas, service, sidecar, withGateways, withoutGateways } from './chart-objects.ts';
import type { Installation } from './chart-objects.ts';
import type { Landmarks } from '../settings.ts';
import { surveyed } from './landmarks.ts';
import { servicePort } from './ports.ts';
import {
  actuatorBasePathOf,
  brokersAmong,
  gatewayPortOf,
  gatewayService,
  gatewaysAmong,
  isEmbedded,
  managementPortOf,
  nodeIdOf,
  zeebeContainerOf,
  zeebePods,
} from './resolve.ts';

const names = (pods: readonly V1Pod[]) => pods.map((p) => p.metadata?.name);

/** All that is read of an installation. */
function resolved({ pods: all, services: listed }: Installation, landmarks: Landmarks = {}) {
  const { services, see } = surveyed(structuredClone(listed), landmarks);
  const pods = structuredClone(all).map(see);
  const gateways = gatewaysAmong(pods, services);
  const only = <T>(values: readonly T[]): T | T[] => (new Set(values).size === 1 ? (values[0] as T) : [...values]);
  const service = gatewayService(services);
  return {
    brokers: brokersAmong(pods).map(({ nodeId, name, container: of }) => `${nodeId} ${name}/${of}`),
    gateways: gateways.map((one) => `${one.metadata?.name}/${zeebeContainerOf(one)}`),
    isEmbedded: only(gateways.map(isEmbedded)),
    service: `${service.metadata?.name}:${servicePort(service)}`,
    ports: {
      gateway: only(gateways.map(gatewayPortOf)),
      internal: only(brokersAmong(pods).map(({ port }) => port ?? 26502)),
      management: only(zeebePods(pods).map(managementPortOf)),
    },
    path: only(zeebePods(pods).map(actuatorBasePathOf)),
  };
}

const helm87 = {
  brokers: ['0 camunda-zeebe-0/zeebe', '1 camunda-zeebe-1/zeebe', '2 camunda-zeebe-2/zeebe'],
  gateways: ['camunda-zeebe-gateway-6f9c7d-x2k4p/zeebe-gateway', 'camunda-zeebe-gateway-6f9c7d-9qrst/zeebe-gateway'],
  isEmbedded: false,
  service: 'camunda-zeebe-gateway:26500',
  ports: { gateway: 26500, internal: 26502, management: 9600 },
  path: '',
};

const embedded = ['camunda-zeebe-0/orchestration', 'camunda-zeebe-1/orchestration', 'camunda-zeebe-2/orchestration'];
const helm89 = {
  ...helm87,
  brokers: embedded.map((one, nodeId) => `${nodeId} ${one}`),
  gateways: embedded,
  isEmbedded: true,
};

const SAAS = {
  brokers: { 'app.kubernetes.io/app': 'zeebe', 'app.kubernetes.io/component': 'gateway' },
  gatewayService: 'zeebe-service',
};

describe('the parts of Zeebe are found', () => {
  test('where gateways are of their own (Helm 8.5 to 8.7)', () => {
    expect(resolved(withGateways())).toEqual(helm87);
  });

  test('where gateways are in the brokers (Helm 8.8 and 8.9)', () => {
    expect(resolved(withoutGateways())).toEqual(helm89);
  });

  test('below a context path', () => {
    expect(resolved(withoutGateways({ path: '/orchestration' }))).toEqual({ ...helm89, path: '/orchestration' });
  });

  test('beside other containers, also one whose port is called as ours is', () => {
    const collector = container('otel', { grpc: 4317, http: 4318 });
    expect(resolved(withGateways({ beside: [sidecar, collector] }))).toEqual(helm87);
    const changed = resolved(withGateways({ beside: [collector], ports: { gateway: 36500 } }));
    expect(changed).toMatchObject({ gateways: helm87.gateways, ports: { gateway: 36500 } });
  });

  test('at other ports, by the names that the charts give them', () => {
    const ports = { gateway: 36500, command: 36501, internal: 36502, http: 19600 };
    const own = { gateway: 36500, internal: 36502, management: 19600 };
    expect(resolved(withGateways({ ports }))).toEqual({
      ...helm87,
      service: 'camunda-zeebe-gateway:36500',
      ports: own,
    });
    const { gateway: grpc, http: server, ...others } = ports;
    expect(resolved(withoutGateways({ ports: { ...others, grpc, server } }))).toEqual({
      ...helm89,
      service: 'camunda-zeebe-gateway:36500',
      ports: own,
    });
  });

  test('of a SaaS cluster, by labels and the name of the Service', () => {
    expect(resolved(saas(), SAAS)).toEqual({
      ...helm87,
      brokers: ['0 zeebe-0/zeebe', '1 zeebe-1/zeebe', '2 zeebe-2/zeebe'],
      gateways: ['zeebe-gateway-7d9f-kk2lm/zeebe-gateway'],
      service: 'zeebe-service:26500',
    });
  });

  test('behind their Service, however they are labelled', () => {
    const { pods, services } = withGateways();
    const own = { app: 'our-gateway' };
    const relabelled = pods.map((one) =>
      one.metadata?.name?.includes('gateway') ? pod(one.metadata.name, own, ...(one.spec?.containers ?? [])) : one,
    );
    for (const { metadata, spec } of services) if (metadata?.name?.includes('gateway') && spec) spec.selector = own;
    const { see } = surveyed(services, {});
    expect(resolved({ pods: relabelled, services })).toEqual(helm87);
    expect(zeebePods(relabelled.map(see))).toHaveLength(5);
  });

  test('of one Zeebe of two in a namespace, and of no other', () => {
    const { pods, services } = withGateways();
    const both = {
      pods: [...pods, pod('other-zeebe-0', chart('zeebe-broker', 'other'), container('zeebe', { command: 26501 }))],
      services: [
        ...services,
        service('other-zeebe-gateway', chart('zeebe-gateway', 'other'), chart('zeebe-gateway', 'other')),
      ],
    };
    const landmarks = {
      brokers: { 'app.kubernetes.io/instance': 'camunda', 'app.kubernetes.io/component': 'zeebe-broker' },
      gatewayService: 'camunda-zeebe-gateway',
    };
    expect(resolved(both, landmarks)).toEqual(helm87);
    const { services: seen, see } = surveyed(both.services, landmarks);
    expect(names(zeebePods(both.pods.map(see)))).not.toContain('other-zeebe-0');
    expect(seen).toHaveLength(1);
  });

  test('of containers that tell no ports, which they need not', () => {
    const bare = { name: 'zeebe', readinessProbe: { httpGet: { path: '/ready', port: 9600 } } };
    const silent = pod('camunda-zeebe-0', chart('zeebe-broker'), bare);
    expect(brokersAmong([silent])).toMatchObject([{ nodeId: 0, container: 'zeebe' }]);
    expect([gatewayPortOf(silent), managementPortOf(silent)]).toEqual([26500, 9600]);
  });
});

test('brokers are told by their node id, which is the ordinal unless another one is known', () => {
  const ten = [2, 10, 0].map((n) =>
    pod(`camunda-zeebe-${n}`, chart('zeebe-broker'), container('zeebe', { command: 26501 })),
  );
  const told = (known?: Map<string, number>) => brokersAmong(ten, known).map(({ nodeId, name }) => [nodeId, name]);
  expect(told()).toEqual([
    [0, 'camunda-zeebe-0'],
    [2, 'camunda-zeebe-2'],
    [10, 'camunda-zeebe-10'],
  ]);
  expect(told(new Map([['camunda-zeebe-10', 1]]))).toEqual([
    [0, 'camunda-zeebe-0'],
    [1, 'camunda-zeebe-10'],
    [2, 'camunda-zeebe-2'],
  ]);
  expect(brokersAmong(ten)[0]).toMatchObject({ uid: 'uid of camunda-zeebe-0', ip: '198.19.0.2', node: 'node-1' });
});

describe('actuators', () => {
  test.for([
    ['/ready', ''],
    ['/zeebe/ready', '/zeebe'],
    ['/a/b/actuator/health/readiness', '/a/b'],
    [undefined, ''],
  ])('of a pod that is ready at %s are below "%s"', ([path, base]) => {
    const broker = container('zeebe', { http: 9600, command: 26501 });
    const probed: V1Container = { ...broker, readinessProbe: path ? { httpGet: { path, port: 9600 } } : {} };
    expect(actuatorBasePathOf(pod('zeebe-0', chart('zeebe-broker'), sidecar, probed))).toBe(base);
  });

  test('are where the probe is by name, if 9600 is not told', () => {
    const broker = container('zeebe', { command: 26501, management: 8081 });
    const probed = { ...broker, readinessProbe: { httpGet: { path: '/ready', port: 'management' } } };
    expect(managementPortOf(pod('zeebe-0', chart('zeebe-broker'), probed))).toBe(8081);
  });
});

describe('a namespace in which nothing can be told', () => {
  const { pods, services } = withGateways();

  test.for([
    ['no gateway Service', [], 'found 0'],
    ['two of them', [...services, service('rest', chart('zeebe-gateway'), chart('zeebe-gateway'))], 'found 2'],
  ] as const)('has %s', ([, listed, found]) => {
    expect(() => gatewaysAmong(pods, listed)).toThrow(
      new Error(
        `Exactly one Service labelled app.kubernetes.io/component=zeebe-gateway is expected in the namespace, ${found}; CHAOS_GATEWAY_SERVICE can name one, and CHAOS_BROKERS its brokers.`,
      ),
    );
  });

  test('has no Service of the name that was given', () => {
    expect(() => surveyed(services, { gatewayService: 'gone' })).toThrow(
      new Error('Service gone, which CHAOS_GATEWAY_SERVICE names, is expected in the namespace.'),
    );
  });

  test('has a gateway Service without a selector, which is not one that selects everything', () => {
    const bare: V1Service = { metadata: { name: 'gateway', labels: chart('zeebe-gateway') }, spec: {} };
    expect(() => gatewaysAmong(pods, [bare])).toThrow(
      new Error("Service gateway is expected to select the gateways' pods, and has no selector."),
    );
    const { see } = surveyed([bare], { gatewayService: 'gateway' });
    expect(zeebePods([see(pod('operate', chart('operate')))])).toEqual([]);
  });

  test('has a broker whose name has no ordinal', () => {
    const odd = pod('camunda-zeebe-6f9c7d-x2k4p', chart('zeebe-broker'), container('zeebe', { command: 26501 }));
    const sentence =
      "A broker's pod is expected to end in its ordinal, as a StatefulSet names it; found camunda-zeebe-6f9c7d-x2k4p.";
    expect(() => nodeIdOf(odd)).toThrow(new Error(sentence));
    expect(() => brokersAmong([odd])).toThrow(new Error(sentence));
    expect(nodeIdOf(pod('camunda-zeebe-12', chart('zeebe-broker')))).toBe(12);
  });

  test('has a broker of which no container serves', () => {
    const strange = pod('camunda-zeebe-0', chart('zeebe-broker'), sidecar);
    expect(() => brokersAmong([strange])).toThrow(
      new Error('A container of pod camunda-zeebe-0 is expected to expose port 26501, and none does.'),
    );
    expect(() => zeebeContainerOf(strange)).toThrow(
      new Error('A container of pod camunda-zeebe-0 is expected to expose port 26500, and none does.'),
    );
  });

  test('has a broker without an address, which cannot be a target yet', () => {
    const pending = { ...pod('camunda-zeebe-0', chart('zeebe-broker'), sidecar), status: {} };
    expect(brokersAmong([pending])).toEqual([]);
  });
});
