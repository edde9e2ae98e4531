/** Which broker leads which partition, and evening that out. */
import { isReady } from '../kubernetes/pods.ts';
import { seconds } from '../wait/deadline.ts';
import { eventually, NeverHappened } from '../wait/eventually.ts';
import { leaderOf, partitionIds, type Topology } from '../zeebe/topology.ts';
import type { Cluster } from './cluster.ts';

/** The pods that lead, by partition, for journal and report: `{ 1: 'camunda-zeebe-0', 2: 'none' }`. */
export function leadersIn(cluster: Cluster, topology: Topology): Record<number, string> {
  const nameOf = (nodeId: number | undefined) => cluster.brokers().find((b) => b.nodeId === nodeId)?.name ?? 'none';
  return Object.fromEntries(partitionIds(topology).map((p) => [p, nameOf(leaderOf(topology, p)?.nodeId)]));
}

/** Whether no broker leads more partitions than an even share, rounded up. */
export function isEven(topology: Topology): boolean {
  const leads = new Map<number | undefined, number>();
  for (const partition of partitionIds(topology)) {
    const leader = leaderOf(topology, partition)?.nodeId;
    leads.set(leader, (leads.get(leader) ?? 0) + 1);
  }
  const share = Math.ceil(topology.partitionsCount / Math.max(1, topology.clusterSize));
  return [...leads].every(([leader, count]) => leader !== undefined && count <= share);
}

/**
 * Rebalances if a broker leads more than its share, and waits until none does. An experiment before this one may have
 * left it so; where Zeebe does not even it out within 30 s the journal says so and the experiment goes on.
 *
 * @returns whether there was anything to even out
 */
export async function evenOutLeaders(cluster: Cluster): Promise<boolean> {
  const { journal } = cluster;
  if (isEven(await cluster.topology())) return false;
  try {
    await journal.phase(
      'Between experiments: rebalance the leaders',
      async () => {
        await rebalance(cluster);
        await untilEven(cluster);
      },
      'rebalance',
    );
  } catch (error) {
    if (!(error instanceof NeverHappened)) throw error;
    journal.write(`The leaders are not even: ${error.seen}`, {}, 'WARN');
  }
  return true;
}

/** Throws NeverHappened with the leaders as seen last. */
async function untilEven(cluster: Cluster): Promise<void> {
  await eventually(
    async () => {
      const topology = await cluster.topology();
      return { value: isEven(topology) || undefined, seen: JSON.stringify(leadersIn(cluster, topology)) };
    },
    { within: 30 * seconds },
  );
}

/**
 * Asks every leader that is not its partition's preferred one to step down; Zeebe answers before anyone has.
 *
 * @throws Error if there is no ready gateway or it refuses
 */
async function rebalance(cluster: Cluster): Promise<void> {
  const [gateway] = cluster.gateways().filter(isReady);
  if (!gateway) throw new Error('A ready gateway is expected to take the request to rebalance, and there is none.');
  await cluster.actuators(gateway, (actuators) => actuators.rebalance());
}
