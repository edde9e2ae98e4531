/** The snapshot that a replica works with. */
import type { Cluster } from '../../cluster/cluster.ts';
import type { Broker } from '../../cluster/resolve.ts';
import { seconds } from '../../wait/deadline.ts';
import { eventually } from '../../wait/eventually.ts';
import type { PartitionStatus } from '../../zeebe/actuators.ts';
import type { ReplicaFiles, Snapshot } from './replica-files.ts';

/**
 * Returns what a broker tells of its replica once that has a snapshot, and the newest on its volume: a broker is ready
 * some moments before its replica has opened the snapshot. Throws NeverHappened after 30 s.
 */
export function validSnapshotOf(
  cluster: Cluster,
  files: ReplicaFiles,
  broker: Broker,
  partition: number,
): Promise<{ held: PartitionStatus; snapshot: Snapshot }> {
  const ask = async () => {
    const held = await cluster.replicaOn(broker, partition);
    const snapshot = await files.newestSnapshot();
    const value = held?.snapshotId && snapshot ? { held, snapshot } : undefined;
    return { value, seen: `${broker.name} tells of no valid snapshot` };
  };
  return eventually(ask, { within: 30 * seconds });
}
