/** Who leads and who follows, as the gateway knows it. */

export type Role = 'leader' | 'follower' | 'inactive';
export type Health = 'healthy' | 'unhealthy' | 'dead';

export interface Replica {
  readonly id: number;
  readonly role: Role;
  readonly health: Health;
}

export interface BrokerInfo {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly version: string;
  readonly partitions: readonly Replica[];
}

/** The cluster as one gateway knows it from gossip; a broker that stopped leaves it after a failed probe or two. */
export interface Topology {
  readonly clusterSize: number;
  readonly partitionsCount: number;
  readonly replicationFactor: number;
  readonly gatewayVersion: string;
  readonly brokers: readonly BrokerInfo[];
}

/** The one broker that leads the partition; undefined if there is none, and also if more than one claims to. */
export function leaderOf(topology: Topology, partition: number): BrokerInfo | undefined {
  const leaders = brokersWith(topology, partition, 'leader');
  return leaders.length === 1 ? leaders[0] : undefined;
}

/** The brokers that follow on the partition, by node id. */
export function followersOf(topology: Topology, partition: number): BrokerInfo[] {
  return brokersWith(topology, partition, 'follower');
}

/** Every partition that the cluster should have or that a broker reports, ascending. */
export function partitionIds(topology: Topology): number[] {
  const wanted = Array.from({ length: topology.partitionsCount }, (_, i) => i + 1);
  const reported = topology.brokers.flatMap((b) => b.partitions.map((p) => p.id));
  return [...new Set([...wanted, ...reported])].sort((a, b) => a - b);
}

/** One sentence for each thing that keeps the topology from being complete; empty = complete and healthy. */
export function whatIsMissing(topology: Topology): string[] {
  if (topology.clusterSize === 0 || topology.partitionsCount === 0)
    return ['The gateway does not know the cluster yet.'];
  return [...missingBrokers(topology), ...partitionIds(topology).flatMap((p) => missingOn(topology, p))];
}

function missingBrokers({ brokers, clusterSize }: Topology): string[] {
  const present = new Set(brokers.map((b) => b.nodeId));
  const missing = Array.from({ length: clusterSize }, (_, id) => id).filter((id) => !present.has(id));
  const surplus = [...present].filter((id) => id >= clusterSize);
  return [
    ...missing.map((id) => `Broker ${id} of ${clusterSize} is not in the topology.`),
    ...surplus.map((id) => `Broker ${id} is in the topology of a cluster of ${clusterSize}.`),
  ];
}

function missingOn(topology: Topology, partition: number): string[] {
  const leaders = brokersWith(topology, partition, 'leader').map((b) => b.nodeId);
  const followers = followersOf(topology, partition).map((b) => b.nodeId);
  const wanted = Math.min(topology.replicationFactor, topology.clusterSize) - 1;
  const found: string[] = [];
  if (leaders.length === 0) found.push(`Partition ${partition} has no leader.`);
  if (leaders.length > 1)
    found.push(`Partition ${partition} has ${leaders.length} leaders: brokers ${leaders.join(' and ')}.`);
  if (followers.length !== wanted)
    found.push(`Partition ${partition} has ${followers.length} of ${wanted} followers (${listed(followers)}).`);
  return [...found, ...ailing(topology, partition)];
}

function ailing(topology: Topology, partition: number): string[] {
  return topology.brokers.flatMap(({ nodeId, partitions }) =>
    partitions
      .filter((p) => p.id === partition)
      .flatMap(({ role, health }) => [
        ...(role === 'inactive' ? [`Partition ${partition} is inactive on broker ${nodeId}.`] : []),
        ...(health === 'healthy' ? [] : [`Partition ${partition} is ${health} on broker ${nodeId}.`]),
      ]),
  );
}

function listed(nodeIds: readonly number[]): string {
  return nodeIds.length === 0 ? 'none' : `broker${nodeIds.length > 1 ? 's' : ''} ${nodeIds.join(', ')}`;
}

function brokersWith(topology: Topology, partition: number, role: Role): BrokerInfo[] {
  return topology.brokers.filter((b) => b.partitions.some((p) => p.id === partition && p.role === role));
}
