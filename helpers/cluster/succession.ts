/** Who leads a partition after its leader. */
import type { Bound } from '../wait/deadline.ts';
import { eventually } from '../wait/eventually.ts';
import { renderTopology } from '../zeebe/render-topology.ts';
import type { Broker, Cluster, Leader } from './cluster.ts';

/**
 * Returns the broker other than `leader` that leads its partition, as soon as there is one. The gateway lists a broker
 * that is gone as leader still, for some seconds and beside the new one.
 *
 * @throws NeverHappened with the topology as seen last
 */
export async function otherLeaderOf(cluster: Cluster, leader: Leader, bound: Bound): Promise<Broker> {
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
