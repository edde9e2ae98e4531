import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { isReady } from '../kubernetes/pods.ts';
import type { Cluster } from './cluster.ts';
import { missingOf, whatIsNotSteady } from './steady.ts';

const labels = { 'app.kubernetes.io/component': 'zeebe-broker', 'app.kubernetes.io/instance': 'camunda' };

const brokers: V1StatefulSet = {
  metadata: { name: 'camunda-zeebe' },
  spec: { replicas: 3, serviceName: 'camunda-zeebe', selector: { matchLabels: labels }, template: {} },
};

function pod(ordinal: number, status: 'True' | 'False' = 'True', metadata: V1Pod['metadata'] = {}): V1Pod {
  return {
    metadata: { name: `camunda-zeebe-${ordinal}`, labels, ...metadata },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status }] },
  };
}

const gateway = pod(7, 'False', { labels: { 'app.kubernetes.io/component': 'zeebe-gateway' } });

describe('of a workload', () => {
  test('nothing is missing if all its pods are ready, whatever other pods are', () => {
    expect(missingOf(brokers, [pod(0), pod(1), pod(2), gateway])).toEqual([]);
  });

  test('a pod that is gone is missing', () => {
    expect(missingOf(brokers, [pod(0), pod(2)])).toEqual(['camunda-zeebe has 2 of 3 replicas ready.']);
    expect(missingOf(brokers, [])).toEqual(['camunda-zeebe has 0 of 3 replicas ready.']);
  });

  test('a pod that is not ready or on its way out is missing, by name', () => {
    const leaving = pod(2, 'True', { name: 'camunda-zeebe-2', deletionTimestamp: new Date() });
    expect(missingOf(brokers, [pod(0), pod(1, 'False'), leaving])).toEqual([
      'camunda-zeebe has 1 of 3 replicas ready (camunda-zeebe-1 running, not ready; camunda-zeebe-2 terminating, not ready).',
    ]);
  });

  test('a pod too many is told, ready or not', () => {
    expect(
      missingOf(
        brokers,
        [0, 1, 2, 3].map((n) => pod(n)),
      ),
    ).toEqual(['camunda-zeebe has 4 of 3 replicas ready.']);
    expect(missingOf(brokers, [pod(0), pod(1), pod(2), pod(3, 'False')])).toEqual([
      'camunda-zeebe has 3 of 3 replicas ready (camunda-zeebe-3 running, not ready).',
    ]);
  });

  test('that does not say how many, one is wanted', () => {
    const one: V1StatefulSet = {
      metadata: { name: 'gateway' },
      spec: { selector: { matchLabels: labels }, template: {} },
    };
    expect(missingOf(one, [pod(0)])).toEqual([]);
    expect(missingOf(one, [])).toEqual(['gateway has 0 of 1 replicas ready.']);
  });
});

test('a gateway that becomes ready during the look is asked as well', async () => {
  let only = pod(0, 'False');
  const cluster = {
    pods: { all: () => [only] },
    kubernetes: {
      apps: {
        listNamespacedStatefulSet: () => Promise.resolve({ items: [] }),
        listNamespacedDeployment: async () => {
          await delay(1);
          only = pod(0);
          return { items: [{ metadata: { name: 'gateway' }, spec: { selector: { matchLabels: labels } } }] };
        },
      },
    },
    runsZeebe: () => true,
    whatIsMissing: () => Promise.resolve(isReady(only) ? ['It knows no broker.'] : []),
  };
  expect(await whatIsNotSteady(cluster as unknown as Cluster)).toEqual(['It knows no broker.']);
});
