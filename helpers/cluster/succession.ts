/** Who leads a partition after its leader. */
import { ExperimentInvalid } from '../verdict/errors.ts';
import type { Bound } from '../wait/deadline.ts';
import { eventually, NeverHappened } from '../wait/eventually.ts';
import { renderTopology } from '../zeebe/render-topology.ts';
import type { Broker, Cluster, Leader } from './cluster.ts';

/**
 * Returns the broker other than `leader` that leads its partition, as soon as there is one. The gateway lists a broker
 * that is gone as leader still, for some seconds and beside the new one.
 *
 * @throws NeverHappened with the topology as seen last; ExperimentInvalid if the leader that was hit was back so soon
 * that it leads again: then nobody can tell whether another one would have
 */
export async function otherLeaderOf(cluster: Cluster, leader: Leader, bound: Bound): Promise<Broker> {
  try {
    return await untilAnotherLeads(cluster, leader, bound);
  } catch (error) {
    if (!(error instanceof NeverHappened)) throw error;
    const hit = await cluster.replicaOn(leader, leader.partition);
    if (hit?.role !== 'LEADER') throw error;
    throw new ExperimentInvalid(
      `${leader.name} is expected to be away until another broker leads partition ${leader.partition}; it leads that again itself, and no other has.`,
      { cause: error },
    );
  }
}

function untilAnotherLeads(cluster: Cluster, leader: Leader, bound: Bound): Promise<Broker> {
  return eventually(
    async () => {
      const topology = await cluster.topology();
      const successor = topology.brokers.find(
        (b) => b.nodeId !== leader.nodeId && b.partitions.some((p) => p.id === leader.partition && p.role === 'leader'),
      );
      const broker = cluster.brokers().find((b) => b.nodeId === successor?.nodeId);
      return { value: broker, seen: renderTopology(topology) };
    },
    { ...bound, every: 50 },
  );
}
