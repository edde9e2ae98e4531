/** Whether a replica may be wiped. */
import type { Broker } from '../../cluster/resolve.ts';
import { renderTopology } from '../../zeebe/render-topology.ts';
import { leaderOf, type Topology } from '../../zeebe/topology.ts';

/** Throws if a broker's replica of a partition is not one that the others, healthy and led, make anew. */
export function mustBeMadeAnewByOthers(topology: Topology, { name, nodeId }: Broker, partition: number): void {
  const others = topology.brokers.filter((broker) => broker.nodeId !== nodeId);
  const whole = others.filter((broker) =>
    broker.partitions.some(({ id, role, health }) => id === partition && health === 'healthy' && role !== 'inactive'),
  );
  const led = whole.some((broker) => leaderOf(topology, partition)?.nodeId === broker.nodeId);
  if (led && whole.length >= topology.replicationFactor - 1) return;
  throw new Error(
    `The other replicas of partition ${partition} are expected to be healthy and led before that of ${name} is wiped; the topology is ${renderTopology(topology)}.`,
  );
}
