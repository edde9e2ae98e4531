/** The topology as text. */
import { partitionIds, type BrokerInfo, type Replica, type Topology } from './topology.ts';

/** The topology in one line for an error message: `1: leader 0, followers 1 2 · 2: no leader, follower 1 (unhealthy)`. */
export function renderTopology(topology: Topology): string {
  const line = partitionIds(topology)
    .map((id) => `${id}: ${renderPartition(topology, id)}`)
    .join(' · ');
  return line === '' ? 'no partitions known' : line;
}

/** The topology as a table, brokers down and partitions across, for the journal and the report. */
export function topologyTable(topology: Topology): string {
  const ids = partitionIds(topology);
  const rows = topology.brokers.map((b) => [`broker ${b.nodeId}`, ...ids.map((id) => cell(b, id))]);
  const table = [['', ...ids.map((id) => `partition ${id}`)], ...rows];
  const widths = ['', ...ids].map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function renderPartition(topology: Topology, partition: number): string {
  const named = (role: Replica['role']) =>
    topology.brokers.flatMap((b) =>
      b.partitions
        .filter((p) => p.id === partition && p.role === role)
        .map((p) => `${b.nodeId}${p.health === 'healthy' ? '' : ` (${p.health})`}`),
    );
  const part = (role: string, nodes: string[]) =>
    nodes.length === 0 ? [] : [`${role}${nodes.length > 1 && role !== 'inactive' ? 's' : ''} ${nodes.join(' ')}`];
  const leaders = named('leader');
  return [
    ...(leaders.length === 0 ? ['no leader'] : part('leader', leaders)),
    ...part('follower', named('follower')),
    ...part('inactive', named('inactive')),
  ].join(', ');
}

function cell(broker: BrokerInfo, partition: number): string {
  const replica = broker.partitions.find((p) => p.id === partition);
  if (!replica) return '-';
  return replica.health === 'healthy' ? replica.role : `${replica.role} (${replica.health})`;
}
