/** Who leads a partition after its leader. */
import type { Question } from '../wait/eventually.ts';
import { renderTopology } from '../zeebe/render-topology.ts';
import type { Broker, Cluster, Leader } from './cluster.ts';

/**
 * Asks for a broker other than `leader` that leads its partition. The gateway lists a broker that is gone as leader
 * still, for some seconds and beside the new one.
 */
export function successorOf(cluster: Cluster, leader: Leader): Question<Broker> {
  return async () => {
    const topology = await cluster.topology();
    const successor = topology.brokers.find(
      (b) => b.nodeId !== leader.nodeId && b.partitions.some((p) => p.id === leader.partition && p.role === 'leader'),
    );
    const broker = cluster.brokers().find((b) => b.nodeId === successor?.nodeId);
    return { value: broker, seen: renderTopology(topology) };
  };
}
