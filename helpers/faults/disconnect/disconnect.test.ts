import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { FaultContext } from '../../chaos/fault-kind.ts';
import { identityOf, type PodIdentity } from '../../kubernetes/pods.ts';
import { FaultUnavailable } from '../../verdict/errors.ts';
import { between } from './cut-map.ts';
import { disconnect, metricsOf } from './disconnect.ts';

test('an entry that an older version wrote is told in a sentence', () => {
  expect(() => disconnect.recover({} as FaultContext, { between: ['camunda-zeebe-0', 'camunda-zeebe-1'] })).toThrow(
    'The entry of a cut is expected to have its map and its routes, and has not: heal with the version that made it.',
  );
});

test('beside an entry that an older version wrote the routes of other cuts are known', () => {
  const cut = { kind: 'disconnect', record: () => ({ map: {}, route: { metric: '4711' } }) };
  const older = { kind: 'disconnect', record: () => ({ between: ['camunda-zeebe-0', 'camunda-zeebe-1'] }) };
  expect(metricsOf([older, cut, { kind: 'stress', record: () => ({}) }])).toEqual(['4711']);
});

test.for([
  ['IPv6', ['fd00::b'], 'fd00::b'],
  ['two stacks', ['198.19.0.3', 'fd00::b'], 'fd00::b'],
] as const)('a pod with %s is not cut off', async ([, [podIP, ...others], told]) => {
  const pods = [pod('zeebe-0', '198.19.0.2'), pod('zeebe-1', podIP, ...others)];
  const [one, other] = pods.map(identityOf) as [PodIdentity, PodIdentity];
  const context = { pods: { all: () => pods } } as FaultContext;
  await expect(disconnect.make(context, between(one, other)).check()).rejects.toEqual(
    new FaultUnavailable(`Pods with IPv4 addresses only can be cut off; zeebe-1 has ${told}.`),
  );
});

test('pods with one address of IPv4 each are cut off', async () => {
  const pods = [pod('zeebe-0', '198.19.0.2'), pod('zeebe-1', '198.19.0.3')];
  const [one, other] = pods.map(identityOf) as [PodIdentity, PodIdentity];
  const context = { pods: { all: () => pods } } as FaultContext;
  await expect(disconnect.make(context, between(one, other)).check()).resolves.toBeUndefined();
});

function pod(name: string, ...ips: string[]): V1Pod {
  return {
    metadata: { name, uid: name },
    spec: { nodeName: 'a', containers: [] },
    status: { podIP: ips[0] ?? '', podIPs: ips.map((ip) => ({ ip })) },
  };
}
