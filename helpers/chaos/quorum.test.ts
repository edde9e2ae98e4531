import { describe, expect, test } from 'vitest';
import type { Topology } from '../zeebe/topology.ts';
import { majorityLost, type Harm } from './quorum.ts';

/** A cluster whose partitions have these replicas. */
function replicated(replicas: Record<number, number[]>): Topology {
  const brokers = [...new Set(Object.values(replicas).flat())].sort().map((nodeId) => ({
    nodeId,
    host: '',
    port: 26501,
    version: '8.5.8',
    partitions: Object.entries(replicas)
      .filter(([, nodes]) => nodes.includes(nodeId))
      .map(([id]) => ({ id: Number(id), role: 'follower' as const, health: 'healthy' as const })),
  }));
  const partitionsCount = Object.keys(replicas).length;
  return { clusterSize: brokers.length, partitionsCount, replicationFactor: 3, gatewayVersion: '8.5.8', brokers };
}

const kill = (broker: number): Harm => [broker];
const cut = (one: number, other: number): Harm => [one, other];

describe('the majority of three replicas', () => {
  const one = replicated({ 1: [0, 1, 2] });

  test.for([
    { what: 'a kill', harms: [kill(0)] },
    { what: 'a cut', harms: [cut(0, 1)] },
    { what: 'a corruption and a kill of the same broker', harms: [kill(1), kill(1)] },
    { what: 'two cuts that isolate one broker', harms: [cut(0, 1), cut(0, 2)] },
    { what: 'a cut of a broker that is killed as well', harms: [cut(0, 1), kill(0)] },
    { what: 'a link to a broker without a replica', harms: [cut(0, 7), cut(1, 7)] },
    { what: 'faults that take nothing', harms: [] },
  ])('survives $what', ({ harms }) => {
    expect(majorityLost(one, harms)).toBeUndefined();
  });

  test.for([
    { what: 'two kills', harms: [kill(0), kill(1)] },
    { what: 'a kill beside a cut of the others', harms: [kill(0), cut(1, 2)] },
    { what: 'cuts between all three', harms: [cut(0, 1), cut(1, 2), cut(0, 2)] },
  ])('is lost to $what', ({ harms }) => {
    expect(majorityLost(one, harms)).toEqual({ partition: 1, replicas: 3, taken: 2 });
  });
});

test('faults on brokers that share no partition count apart', () => {
  const six = replicated({ 1: [0, 1, 2], 2: [3, 4, 5] });
  expect(majorityLost(six, [kill(0), kill(3)])).toBeUndefined();
  expect(majorityLost(six, [kill(0), kill(3), cut(4, 5)])).toEqual({ partition: 2, replicas: 3, taken: 2 });
});

test('a single replica is a majority of its own', () => {
  expect(majorityLost(replicated({ 1: [0] }), [kill(0)])).toEqual({ partition: 1, replicas: 1, taken: 1 });
});
