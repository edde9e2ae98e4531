import type { V1Container, V1Pod, V1Service } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { actuatorBasePathOf, brokersAmong, gatewaysAmong, isEmbedded, nodeIdOf, zeebeContainerOf } from './resolve.ts';

/** Objects with what Camunda's Helm chart 10.11 (Zeebe 8.5) and 13.12 (8.8) put into them, as far as it is read here. */
const labels = (component: string) => ({
  'app.kubernetes.io/name': 'camunda-platform',
  'app.kubernetes.io/instance': 'camunda',
  'app.kubernetes.io/component': component,
});

function container(name: string, ports: number[], contextPath = ''): V1Container {
  return {
    name,
    ports: ports.map((containerPort) => ({ containerPort })),
    readinessProbe: { httpGet: { path: `${contextPath}/actuator/health/readiness`, port: 9600 } },
  };
}

function pod(name: string, component: string, ...containers: V1Container[]): V1Pod {
  return {
    metadata: { name, uid: `uid of ${name}`, labels: labels(component) },
    spec: { containers, nodeName: 'node-1' },
    status: { podIP: '198.19.0.2' },
  };
}

function service(name: string, component: string, selected: string): V1Service {
  return { metadata: { name, labels: labels(component) }, spec: { selector: labels(selected) } };
}

const proxy = container('istio-proxy', [15090]);
const broker85 = container('zeebe', [9600, 26501, 26502]);
const gateway85 = container('zeebe-gateway', [9600, 26500, 26502, 8080]);
const helm85 = {
  pods: [
    pod('camunda-zeebe-gateway-6f9c7d-x2k4p', 'zeebe-gateway', gateway85),
    pod('camunda-zeebe-gateway-6f9c7d-9qrst', 'zeebe-gateway', gateway85),
    ...[2, 10, 0].map((n) => pod(`camunda-zeebe-${n}`, 'zeebe-broker', proxy, broker85)),
    pod('camunda-operate-5c4d-abcde', 'operate', container('operate', [8080])),
  ],
  services: [
    service('camunda-zeebe', 'zeebe-broker', 'zeebe-broker'),
    service('camunda-zeebe-gateway', 'zeebe-gateway', 'zeebe-gateway'),
  ],
};

const orchestration = container('orchestration', [8080, 26500, 9600, 26501, 26502], '/orchestration');
const helm88 = {
  pods: [0, 1, 2].map((n) => pod(`camunda-zeebe-${n}`, 'zeebe-broker', orchestration)),
  services: [
    service('camunda-zeebe', 'zeebe-broker', 'zeebe-broker'),
    service('camunda-zeebe-gateway', 'zeebe-gateway', 'zeebe-broker'),
  ],
};

const names = (pods: readonly V1Pod[]) => pods.map((p) => p.metadata?.name);

describe('an installation with gateways of their own (Helm 8.5 to 8.7)', () => {
  test('has its brokers by node id, each with the container that runs it', () => {
    expect(brokersAmong(helm85.pods).map(({ nodeId, name, container }) => [nodeId, name, container])).toEqual([
      [0, 'camunda-zeebe-0', 'zeebe'],
      [2, 'camunda-zeebe-2', 'zeebe'],
      [10, 'camunda-zeebe-10', 'zeebe'],
    ]);
    const known = new Map([['camunda-zeebe-10', 1]]);
    expect(brokersAmong(helm85.pods, known).map(({ nodeId, name }) => [nodeId, name])).toEqual([
      [0, 'camunda-zeebe-0'],
      [1, 'camunda-zeebe-10'],
      [2, 'camunda-zeebe-2'],
    ]);
    expect(brokersAmong(helm85.pods)[0]).toMatchObject({
      uid: 'uid of camunda-zeebe-0',
      ip: '198.19.0.2',
      node: 'node-1',
    });
  });

  test('has its gateways behind the Service, and they are no brokers', () => {
    const gateways = gatewaysAmong(helm85.pods, helm85.services);
    expect(names(gateways)).toEqual(['camunda-zeebe-gateway-6f9c7d-x2k4p', 'camunda-zeebe-gateway-6f9c7d-9qrst']);
    expect(gateways.map(isEmbedded)).toEqual([false, false]);
    expect(gateways.map(zeebeContainerOf)).toEqual(['zeebe-gateway', 'zeebe-gateway']);
  });

  test('answers for its actuators without a context path', () => {
    expect(helm85.pods.slice(0, 3).map(actuatorBasePathOf)).toEqual(['', '', '']);
  });
});

describe('an installation with gateways in the brokers (Helm 8.8 and 8.9)', () => {
  test('has its brokers in another container', () => {
    expect(brokersAmong(helm88.pods).map(({ nodeId, container }) => [nodeId, container])).toEqual([
      [0, 'orchestration'],
      [1, 'orchestration'],
      [2, 'orchestration'],
    ]);
  });

  test('has the brokers for gateways, and knows it', () => {
    const gateways = gatewaysAmong(helm88.pods, helm88.services);
    expect(names(gateways)).toEqual(['camunda-zeebe-0', 'camunda-zeebe-1', 'camunda-zeebe-2']);
    expect(gateways.map(isEmbedded)).toEqual([true, true, true]);
    expect(gateways.map(zeebeContainerOf)).toEqual(['orchestration', 'orchestration', 'orchestration']);
  });

  test('answers for its actuators below its context path', () => {
    expect(helm88.pods.map(actuatorBasePathOf)).toEqual(['/orchestration', '/orchestration', '/orchestration']);
  });
});

describe('actuators', () => {
  test.for([
    ['/ready', ''],
    ['/zeebe/ready', '/zeebe'],
    ['/a/b/actuator/health/readiness', '/a/b'],
    [undefined, ''],
  ])('of a pod that is ready at %s are below "%s"', ([path, base]) => {
    const probed: V1Container = { ...broker85, readinessProbe: path ? { httpGet: { path, port: 9600 } } : {} };
    expect(actuatorBasePathOf(pod('zeebe-0', 'zeebe-broker', proxy, probed))).toBe(base);
  });
});

describe('a namespace in which nothing can be told', () => {
  test.for([
    ['no gateway Service', [], 'found 0.'],
    ['two of them', [...helm85.services, service('zeebe-gateway-rest', 'zeebe-gateway', 'zeebe-gateway')], 'found 2.'],
  ] as const)('has %s', ([, services, found]) => {
    expect(() => gatewaysAmong(helm85.pods, services)).toThrow(
      new Error(
        `Exactly one Service labelled app.kubernetes.io/component=zeebe-gateway is expected in the namespace, ${found}`,
      ),
    );
  });

  test('has a gateway Service without a selector, which is not one that selects everything', () => {
    const bare: V1Service = { metadata: { name: 'gateway', labels: labels('zeebe-gateway') }, spec: {} };
    expect(() => gatewaysAmong(helm85.pods, [bare])).toThrow(
      new Error("Service gateway is expected to select the gateways' pods, and has no selector."),
    );
  });

  test('has a broker whose name has no ordinal', () => {
    const odd = pod('camunda-zeebe-6f9c7d-x2k4p', 'zeebe-broker', broker85);
    const sentence =
      "A broker's pod is expected to end in its ordinal, as a StatefulSet names it; found camunda-zeebe-6f9c7d-x2k4p.";
    expect(() => nodeIdOf(odd)).toThrow(new Error(sentence));
    expect(() => brokersAmong([odd])).toThrow(new Error(sentence));
    expect(nodeIdOf(pod('camunda-zeebe-12', 'zeebe-broker'))).toBe(12);
  });

  test('has a broker of which no container serves', () => {
    const strange = pod('camunda-zeebe-0', 'zeebe-broker', proxy);
    expect(() => brokersAmong([strange])).toThrow(
      new Error('A container of pod camunda-zeebe-0 is expected to expose port 26501, and none does.'),
    );
    expect(() => zeebeContainerOf(strange)).toThrow(
      new Error('A container of pod camunda-zeebe-0 is expected to expose port 26500, and none does.'),
    );
  });

  test('has a broker without an address, which cannot be a target yet', () => {
    const pending = { ...pod('camunda-zeebe-0', 'zeebe-broker', broker85), status: {} };
    expect(brokersAmong([pending])).toEqual([]);
  });
});
