import { expect, test } from 'vitest';
import { nodeIdsIn } from './node-ids.ts';

const topology = (...hosts: string[]) => ({
  clusterSize: hosts.length,
  partitionsCount: 1,
  replicationFactor: 1,
  gatewayVersion: '8.5.8',
  brokers: hosts.map((host, nodeId) => ({ nodeId, host, port: 26501, version: '8.5.8', partitions: [] })),
});
const idsIn = (...hosts: string[]) => Object.fromEntries(nodeIdsIn(topology(...hosts), 'zeebe'));

test('a pod has the node id of the broker that tells its host', () => {
  expect(idsIn('demo-zeebe-0.demo-zeebe.zeebe.svc', 'demo-zeebe-1.demo-zeebe.zeebe.svc.cluster.local')).toEqual({
    'demo-zeebe-0': 0,
    'demo-zeebe-1': 1,
  });
});

test('of two regions with pods of the same names only those of the namespace count', () => {
  const hosts = [0, 1].flatMap((n) => ['zeebe', 'other'].map((ns) => `demo-zeebe-${n}.demo-zeebe.${ns}.svc`));
  expect(idsIn(...hosts)).toEqual({ 'demo-zeebe-0': 0, 'demo-zeebe-1': 2 });
});

test('a name alone is one of the namespace, and an address is none', () => {
  expect(idsIn('demo-zeebe-0.demo-zeebe', 'demo-zeebe-1', '198.19.0.7')).toEqual({
    'demo-zeebe-0': 0,
    'demo-zeebe-1': 1,
  });
});
