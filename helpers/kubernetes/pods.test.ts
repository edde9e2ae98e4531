import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import {
  backOffOf,
  containerStatusIn,
  describePod,
  hasCpuLimit,
  identityOf,
  isReady,
  ownerOf,
  readyAfter,
  readyLate,
} from './pods.ts';

const metadata = { name: 'camunda-zeebe-0', uid: 'a1' };
const status = { phase: 'Running', podIP: '198.19.0.2' };
const scheduled = { type: 'PodScheduled', status: 'True' };
const running: V1Pod = {
  metadata,
  spec: { containers: [], nodeName: 'node-2' },
  status: { ...status, conditions: [scheduled, { type: 'Ready', status: 'True' }] },
};
const terminating: V1Pod = { ...running, metadata: { ...metadata, deletionTimestamp: new Date() } };
const unready: V1Pod = {
  ...running,
  status: { ...status, conditions: [scheduled, { type: 'Ready', status: 'False' }] },
};
const crashing: V1Pod = {
  ...unready,
  status: {
    ...status,
    conditions: [scheduled, { type: 'Ready', status: 'False' }],
    containerStatuses: [
      {
        name: 'zeebe',
        image: 'camunda/zeebe:8.5.8',
        imageID: '',
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
      },
    ],
  },
};

describe('a pod is ready', () => {
  test('if its Ready condition is true and it is to stay', () => {
    expect([running, terminating, unready, crashing, {}].map(isReady)).toEqual([true, false, false, false, false]);
  });
});

describe('who a pod is', () => {
  test('is its name, its uid, its address and its node', () => {
    expect(identityOf(running)).toEqual({ name: 'camunda-zeebe-0', uid: 'a1', ip: '198.19.0.2', node: 'node-2' });
  });

  test('cannot be told before it has an address', () => {
    const pending: V1Pod = { metadata: { name: 'camunda-zeebe-0', uid: 'a1' }, status: { phase: 'Pending' } };
    expect(() => identityOf(pending)).toThrow(
      new Error('Pod camunda-zeebe-0 was expected to run on a node with an address, and is Pending.'),
    );
    expect(() => identityOf({})).toThrow(
      new Error('Pod ? was expected to run on a node with an address, and is unknown.'),
    );
  });
});

test('a pod is described by how far it is', () => {
  expect([running, terminating, unready, crashing].map(describePod)).toEqual([
    'camunda-zeebe-0 running, ready',
    'camunda-zeebe-0 terminating, not ready',
    'camunda-zeebe-0 running, not ready',
    'camunda-zeebe-0 running (CrashLoopBackOff), not ready',
  ]);
});

describe('a pod has a CPU limit', () => {
  const container = (cpu?: string) => ({ name: 'zeebe', resources: cpu === undefined ? {} : { limits: { cpu } } });
  const pod = (...limits: (string | undefined)[]): V1Pod => ({ spec: { containers: limits.map(container) } });

  test('if each of its containers has one', () => {
    expect([pod('1'), pod('1', '500m'), pod('1', undefined), pod(undefined)].map(hasCpuLimit)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

test('the owner of a pod is its controller, not whoever else refers to it', () => {
  const reference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs' };
  const ownerReferences = [
    { ...reference, uid: 'other' },
    { ...reference, uid: 'rs-1', controller: true },
  ];
  expect(ownerOf({ metadata: { ...metadata, ownerReferences } })).toBe('rs-1');
  expect(ownerOf(running)).toBeUndefined();
});

test("a container's status is that of exactly this pod", () => {
  const identity = identityOf(running);
  expect(containerStatusIn([crashing], identity, 'zeebe')).toMatchObject({ restartCount: 3 });
  expect(containerStatusIn([crashing], { ...identity, uid: 'b2' }, 'zeebe')).toBeUndefined();
  expect(containerStatusIn([crashing], identity, 'other')).toBeUndefined();
});

test('the time until the last of some pods was ready is told to the second', () => {
  const at = (second: number): V1Pod => ({
    ...running,
    status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: new Date(second * 1000) }] },
  });
  expect(readyAfter(10_400, [at(3), at(13)])).toBe('3 s');
  expect(readyAfter(10_400, [at(10)])).toBe('0 ms');
  expect(readyAfter(10_400, [at(13), unready])).toBeUndefined();
});

test.for([
  ['back-off 10s restarting failed container=zeebe pod=a_b(c)', 10_000],
  ['back-off 2m40s restarting failed container=zeebe pod=a_b(c)', 160_000],
  ['back-off 5m0s restarting failed container=zeebe pod=a_b(c)', 300_000],
  ['', 0],
] as const)('the kubelet that says "%s" waits %d ms', ([message, ms]) => {
  const status = { name: 'zeebe', image: '', imageID: '', ready: false, restartCount: 2 };
  expect(backOffOf({ ...status, state: { waiting: { reason: 'CrashLoopBackOff', message } } })).toBe(ms);
  expect(backOffOf({ ...status, state: { waiting: { reason: 'ContainerCreating', message } } })).toBeUndefined();
  expect(backOffOf(undefined)).toBeUndefined();
});

test('how late a container may be ready comes from its probes', () => {
  const pod = (probes: object): V1Pod => ({ spec: { containers: [{ name: 'zeebe', ...probes }] } });
  expect(readyLate(pod({}), 'zeebe')).toBe(0);
  expect(readyLate(pod({ readinessProbe: {} }), 'zeebe')).toBe(11_000);
  const readinessProbe = { initialDelaySeconds: 30, periodSeconds: 30, timeoutSeconds: 5 };
  expect(readyLate(pod({ readinessProbe }), 'zeebe')).toBe(65_000);
  expect(readyLate(pod({ readinessProbe, startupProbe: { initialDelaySeconds: 20 } }), 'zeebe')).toBe(96_000);
});
