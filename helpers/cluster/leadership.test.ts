import { expect, test } from 'vitest';
import type { Topology } from '../zeebe/topology.ts';
import { isEven } from './leadership.ts';

/** A cluster of three brokers in which the partitions, from 1 on, are led by these. */
function led(...leaders: (number | undefined)[]): Topology {
  const brokers = [0, 1, 2].map((nodeId) => ({
    nodeId,
    host: '',
    port: 26501,
    version: '8.5.8',
    partitions: leaders.map((leader, i) => ({
      id: i + 1,
      role: leader === nodeId ? ('leader' as const) : ('follower' as const),
      health: 'healthy' as const,
    })),
  }));
  const count = { clusterSize: 3, partitionsCount: leaders.length, replicationFactor: 3 };
  return { ...count, gatewayVersion: '8.5.8', brokers };
}

test.for([[[0, 1, 2]], [[2, 0, 1]], [[1]], [[0, 1]], [[0, 0, 1, 1, 2]]])('leaders %o are even', ([leaders = []]) => {
  expect(isEven(led(...leaders))).toBe(true);
});

test.for([[[0, 0, 1]], [[2, 2, 2]], [[1, 1]], [[0, 1, undefined]], [[0, 0, 0, 1, 2]]])(
  'leaders %o are not even',
  ([leaders = []]) => {
    expect(isEven(led(...leaders))).toBe(false);
  },
);
