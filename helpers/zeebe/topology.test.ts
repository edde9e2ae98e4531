import { describe, expect, test } from 'vitest';
import { renderTopology, topologyTable } from './render-topology.ts';
import { followersOf, leaderOf, partitionIds, whatIsMissing, type Replica, type Topology } from './topology.ts';

type Replicas = Record<number, Replica['role'] | [Replica['role'], Replica['health']]>;

/** A cluster of three brokers and two partitions, each replicated three times; one entry a broker that is present. */
function topology(brokers: Record<number, Replicas>, shape: Partial<Topology> = {}): Topology {
  return {
    clusterSize: 3,
    partitionsCount: 2,
    replicationFactor: 3,
    gatewayVersion: '8.5.8',
    brokers: Object.entries(brokers).map(([nodeId, replicas]) => ({
      nodeId: Number(nodeId),
      host: `zeebe-${nodeId}`,
      port: 26501,
      version: '8.5.8',
      partitions: Object.entries(replicas).map(([id, replica]) => {
        const [role, health] = typeof replica === 'string' ? [replica, 'healthy' as const] : replica;
        return { id: Number(id), role, health };
      }),
    })),
    ...shape,
  };
}

const complete = topology({
  0: { 1: 'leader', 2: 'follower' },
  1: { 1: 'follower', 2: 'leader' },
  2: { 1: 'follower', 2: 'follower' },
});

describe('a complete topology', () => {
  test('lacks nothing', () => {
    expect(whatIsMissing(complete)).toEqual([]);
  });

  test('names leader and followers of each partition', () => {
    expect(leaderOf(complete, 2)?.nodeId).toBe(1);
    expect(followersOf(complete, 2).map((b) => b.nodeId)).toEqual([0, 2]);
    expect(partitionIds(complete)).toEqual([1, 2]);
  });

  test('fits on a line', () => {
    expect(renderTopology(complete)).toBe('1: leader 0, followers 1 2 · 2: leader 1, followers 0 2');
  });

  test('reads as a table', () => {
    expect(topologyTable(complete)).toBe(
      [
        '          partition 1  partition 2',
        'broker 0  leader       follower',
        'broker 1  follower     leader',
        'broker 2  follower     follower',
      ].join('\n'),
    );
  });

  test('needs no more replicas than brokers', () => {
    const alone = topology({ 0: { 1: 'leader', 2: 'leader' } }, { clusterSize: 1 });

    expect(whatIsMissing(alone)).toEqual([]);
  });

  test('may place a partition on some of its brokers only', () => {
    const spread = topology(
      { 0: { 1: 'leader' }, 1: { 1: 'follower', 2: 'leader' }, 2: { 2: 'follower' } },
      { replicationFactor: 2 },
    );

    expect(whatIsMissing(spread)).toEqual([]);
  });
});

describe('what is missing', () => {
  test('is everything while the gateway has no gossip', () => {
    expect(whatIsMissing(topology({}, { clusterSize: 0, partitionsCount: 0 }))).toEqual([
      'The gateway does not know the cluster yet.',
    ]);
  });

  test('is a broker, with the leader and the followers that went with it', () => {
    const without0 = topology({ 1: { 1: 'follower', 2: 'leader' }, 2: { 1: 'follower', 2: 'follower' } });

    expect(whatIsMissing(without0)).toEqual([
      'Broker 0 of 3 is not in the topology.',
      'Partition 1 has no leader.',
      'Partition 2 has 1 of 2 followers (broker 2).',
    ]);
    expect(leaderOf(without0, 1)).toBeUndefined();
    expect(renderTopology(without0)).toBe('1: no leader, followers 1 2 · 2: leader 1, follower 2');
  });

  test('is said of a partition with two leaders, of which none counts', () => {
    const split = topology({
      0: { 1: 'leader', 2: 'follower' },
      1: { 1: 'leader', 2: 'leader' },
      2: { 1: 'follower', 2: 'follower' },
    });

    expect(whatIsMissing(split)).toEqual([
      'Partition 1 has 2 leaders: brokers 0 and 1.',
      'Partition 1 has 1 of 2 followers (broker 2).',
    ]);
    expect(leaderOf(split, 1)).toBeUndefined();
    expect(renderTopology(split)).toContain('1: leaders 0 1, follower 2');
  });

  test('is a partition that no broker reports', () => {
    const empty = topology({ 0: { 1: 'leader' }, 1: { 1: 'follower' }, 2: { 1: 'follower' } });

    expect(whatIsMissing(empty)).toEqual(['Partition 2 has no leader.', 'Partition 2 has 0 of 2 followers (none).']);
    expect(renderTopology(empty)).toContain('2: no leader');
  });

  test('is the health of a replica and the work of an inactive one', () => {
    const ill = topology({
      0: { 1: ['leader', 'unhealthy'], 2: 'follower' },
      1: { 1: 'follower', 2: 'leader' },
      2: { 1: 'follower', 2: ['inactive', 'dead'] },
    });

    expect(whatIsMissing(ill)).toEqual([
      'Partition 1 is unhealthy on broker 0.',
      'Partition 2 has 1 of 2 followers (broker 0).',
      'Partition 2 is inactive on broker 2.',
      'Partition 2 is dead on broker 2.',
    ]);
    expect(renderTopology(ill)).toBe(
      '1: leader 0 (unhealthy), followers 1 2 · 2: leader 1, follower 0, inactive 2 (dead)',
    );
    expect(topologyTable(ill)).toContain('broker 2  follower            inactive (dead)');
  });

  test('is a follower too many and a broker too many, as while a cluster shrinks', () => {
    const shrinking = topology({
      0: { 1: 'leader', 2: 'follower' },
      1: { 1: 'follower', 2: 'leader' },
      2: { 1: 'follower', 2: 'follower' },
      3: { 1: 'follower' },
    });

    expect(whatIsMissing(shrinking)).toEqual([
      'Broker 3 is in the topology of a cluster of 3.',
      'Partition 1 has 3 of 2 followers (brokers 1, 2, 3).',
    ]);
  });
});
