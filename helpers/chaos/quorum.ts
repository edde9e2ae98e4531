/** What faults take from a partition's majority. */
import { partitionIds, type Topology } from '../zeebe/topology.ts';

/** Node ids of brokers of which one is as good as gone: one that is away, or the two ends of a link. */
export type Harm = readonly number[];

/** A partition that would be left without a majority. */
export interface MajorityLost {
  readonly partition: number;
  readonly replicas: number;
  /** How many members the faults take from it together. */
  readonly taken: number;
}

/**
 * The first partition from which these faults, all at the same time, take so many members that no majority is left;
 * undefined if there is none. A broker counts once however many faults hit it.
 *
 * @param topology one in which every replica is listed, as before the first fault
 */
export function majorityLost(topology: Topology, harms: readonly Harm[]): MajorityLost | undefined {
  for (const partition of partitionIds(topology)) {
    const replicas = topology.brokers.filter((b) => b.partitions.some((p) => p.id === partition)).map((b) => b.nodeId);
    const taken = membersTaken(replicas, harms);
    if (taken > Math.floor((replicas.length - 1) / 2)) return { partition, replicas: replicas.length, taken };
  }
  return undefined;
}

/** The smallest number of replicas without which none of the faults would touch the partition. */
function membersTaken(replicas: readonly number[], harms: readonly Harm[]): number {
  const harmful = harms.filter((harm) => harm.length > 0 && harm.every((broker) => replicas.includes(broker)));
  const hit = subsetsOf(replicas).filter((gone) =>
    harmful.every((harm) => harm.some((broker) => gone.includes(broker))),
  );
  return Math.min(...hit.map((gone) => gone.length));
}

/** Replication factors are small: 2^7 subsets at the most in practice. */
function subsetsOf(items: readonly number[]): number[][] {
  return items.reduce<number[][]>((subsets, item) => [...subsets, ...subsets.map((s) => [...s, item])], [[]]);
}
