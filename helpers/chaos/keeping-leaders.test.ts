import { describe, expect, test } from 'vitest';
import type { Leader } from '../cluster/cluster.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import type { Topology } from '../zeebe/topology.ts';
import { makeReady, type Fault } from './fault.ts';
import { keepingLeaders } from './keeping-leaders.ts';

/** Two brokers that lead the given partitions and follow on the others. */
function led(leads: Record<number, number[]>): Topology {
  const brokers = Object.entries(leads).map(([nodeId, partitions]) => ({
    nodeId: Number(nodeId),
    host: '',
    port: 26501,
    version: '8.5.8',
    partitions: [1, 2].map((id) => ({
      id,
      role: partitions.includes(id) ? ('leader' as const) : ('follower' as const),
      health: 'healthy' as const,
    })),
  }));
  return { clusterSize: 2, partitionsCount: 2, replicationFactor: 2, gatewayVersion: '8.5.8', brokers };
}

const leader = (nodeId: number, partition: number): Leader => ({
  nodeId,
  partition,
  name: `camunda-zeebe-${nodeId}`,
  uid: `uid-${nodeId}`,
  ip: '198.19.0.2',
  node: 'node-1',
  container: 'zeebe',
});

const done: string[] = [];
const step = (name: string) => () => Promise.resolve(void done.push(name));
const cut: Fault = {
  title: 'cut',
  kind: 'disconnect',
  targets: [leader(0, 1), leader(1, 2)],
  takes: [],
  atMost: 1_000,
  undoWithin: 1_000,
  record: () => undefined,
  check: step('check'),
  prepare: step('prepare'),
  inject: step('inject'),
  undo: step('undo'),
  prove: () => Promise.resolve({ answer: 'no route to host' }),
  proveGone: () => Promise.resolve({ answer: 'open' }),
};
const leaders = [leader(0, 1), leader(1, 2)];

describe('a fault between leaders', () => {
  test('is proven by its own proof and by who leads', async () => {
    const fault = keepingLeaders(cut, leaders, () => Promise.resolve(led({ 0: [1], 1: [2] })));

    expect(await fault.prove()).toEqual({
      answer: 'no route to host',
      'leader of 1': 'camunda-zeebe-0',
      'leader of 2': 'camunda-zeebe-1',
    });
  });

  test.for([
    [{ 0: [1, 2], 1: [] }, '1: leader 0, follower 1 · 2: leader 0, follower 1'],
    [{ 0: [1], 1: [] }, '1: leader 0, follower 1 · 2: no leader, followers 0 1'],
    [{ 0: [1, 2], 1: [2] }, '1: leader 0, follower 1 · 2: leaders 0 1'],
  ] as const)('is invalid once one of them leads no more: %o', async ([leads, seen]) => {
    const fault = keepingLeaders(cut, leaders, () => Promise.resolve(led(leads as never)));

    await expect(fault.prove()).rejects.toThrow(
      new ExperimentInvalid(
        `The fault was overtaken by an election: broker 1 is expected to lead partition 2 still; the topology is ${seen}.`,
      ),
    );
  });

  test('is otherwise the fault it was', async () => {
    const fault = keepingLeaders(cut, leaders, () => Promise.reject(new Error('nobody is asked')));
    expect(fault).toMatchObject({ title: 'cut', targets: cut.targets, atMost: 1_000 });

    await makeReady(fault);
    await fault.inject();
    await fault.undo();
    expect(done).toEqual(['check', 'prepare', 'inject', 'undo']);
    expect(await fault.proveGone()).toEqual({ answer: 'open' });
  });
});
