/** Makes sure that a replica's log no longer begins at index 1, so that its snapshot is needed. */
import type { Cluster } from '../../cluster/cluster.ts';
import type { Broker } from '../../cluster/resolve.ts';
import { podIn } from '../../kubernetes/pods.ts';
import type { ToolContainers } from '../../kubernetes/tool-containers.ts';
import { ExperimentInvalid } from '../../verdict/errors.ts';
import { seconds } from '../../wait/deadline.ts';
import { eventually, NeverHappened } from '../../wait/eventually.ts';
import { growLog } from './grow-log.ts';
import { replicaFiles, type ReplicaFiles } from './replica-files.ts';

/** Where log segments are larger than the lab's 16 MB it takes more than one. */
const ROUNDS = 10;

/**
 * Writes to the partition and has every broker take a snapshot until the first log segment of the broker's replica is
 * gone and it has a snapshot.
 *
 * @throws ExperimentInvalid if that is not reached with 200 MB
 */
export async function compactLog(
  cluster: Cluster,
  containers: ToolContainers,
  broker: Broker,
  { partition, run, signal }: { partition: number; run: string; signal: AbortSignal },
): Promise<void> {
  const pod = podIn(cluster.pods.all(), broker);
  if (!pod) throw new ExperimentInvalid(`${broker.name} is expected to be there still, and was replaced.`);
  const files = await replicaFiles(containers, pod, broker.container, partition);
  const { partitionsCount: partitionCount } = await cluster.topology();
  for (let round = 0; round < ROUNDS; round++) {
    signal.throwIfAborted();
    if (!(await files.logIsWhole()) && (await files.newestSnapshot())) return;
    await growLog(cluster.client, { partition, partitionCount, run: `${run}-${round}` });
    await Promise.all(cluster.brokerPods().map((pod) => cluster.actuators(pod, (a) => a.takeSnapshot())));
    await compacted(files);
  }
  throw new ExperimentInvalid(
    `The log of partition ${partition} on ${broker.name} is expected to be compacted after ${ROUNDS} rounds of writing and snapshots, and still begins at index 1.`,
  );
}

/** A snapshot is answered before it is there, and the log is compacted after it. */
async function compacted(files: ReplicaFiles): Promise<void> {
  try {
    await eventually(async () => ({ value: !(await files.logIsWhole()) || undefined, seen: 'the first segment' }), {
      within: 5 * seconds,
    });
  } catch (error) {
    if (!(error instanceof NeverHappened)) throw error;
  }
}
