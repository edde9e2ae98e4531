import { expect, test } from 'vitest';
import { unlikePlan } from './plans.ts';

const m = { clusterSize: 3, partitionsCount: 3, replicationFactor: 3 };

test('a cluster of the shape of its plan differs in nothing, and a folder that is no plan asks for nothing', () => {
  expect(unlikePlan('production-m', m)).toBeUndefined();
  expect(unlikePlan('leftovers', m)).toBeUndefined();
});

test('a cluster of another shape than its plan is told of', () => {
  expect(unlikePlan('production-l', m)).toBe(
    "production-l is for 6 brokers, 8 partitions and replication factor 3; this cluster has 3 brokers, 3 partitions and replication factor 3: its experiments take what there is, and say nothing of the plan's shape.",
  );
});
