/**
 * A corrupted snapshot: one file of a replica's newest snapshot is taken out and its broker restarted hard.
 *
 * The broker refuses the snapshot. Once its log has been compacted it has nothing else to start from: it stays not
 * ready, ignores SIGTERM, and says so in its log (8.5.8, io.atomix.raft.utils.StateUtil#verifySnapshotLogConsistent).
 */
import type { V1Pod } from '@kubernetes/client-node';
import { randomUUID } from 'node:crypto';
import type { Cluster } from '../cluster/cluster.ts';
import type { Broker } from '../cluster/resolve.ts';
import { isReady, type PodIdentity } from '../kubernetes/pods.ts';
import type { ToolContainers } from '../kubernetes/tool-container.ts';
import { ExperimentInvalid, FaultWithoutEffect } from '../verdict/errors.ts';
import { minutes, seconds } from '../wait/deadline.ts';
import { eventually } from '../wait/eventually.ts';
import type { Evidence, Fault } from './fault.ts';
import { toolContainerRights, type FaultNeeds } from './needs.ts';
import { replicaFiles, type ReplicaFiles, type Snapshot } from './replica-files.ts';
import { terminate, type KillEvidence } from './terminate.ts';

export const snapshotCorruptionNeeds: FaultNeeds = {
  rights: [
    ...toolContainerRights,
    { why: 'what a broker says of its corrupted snapshot', group: '', resource: 'pods/log', verbs: ['get'] },
    { why: 'the end of a broker that refused its snapshot', group: '', resource: 'pods', verbs: ['delete'] },
  ],
  image: 'tools',
};

export interface CorruptionEvidence extends Evidence {
  readonly snapshot: string;
  /** The file that was taken out. */
  readonly 'file taken out': string;
  /** `before → now`. */
  readonly checksum: string;
  readonly 'exit code': number;
  /** What the broker's log says about it. */
  readonly 'the broker says': string;
}

/** Makes the corruption of the newest snapshot that a broker has of a partition. */
export function corruptSnapshot(
  cluster: Cluster,
  containers: ToolContainers,
  broker: Broker,
  partition: number,
): Fault<CorruptionEvidence> {
  return new SnapshotCorruption(cluster, containers, broker, partition);
}

/** The undo is in the container before the file is out, so that the container can put it back alone (keeper.sh). */
const TAKE_OUT = `
set -e
fault=/run/zeebe-chaos/faults/$2 aside=\${1%/raft-partition/*}/$2
mkdir -p "$fault" "$aside"
echo "$5" >"$fault/until"
echo "[ ! -e '$aside/$4' ] || mv '$aside/$4' '$1/snapshots/$3/$4'; rmdir '$aside' 2>/dev/null || true" >"$fault/lift"
mv "$1/snapshots/$3/$4" "$aside/$4"`;

/** Needs nothing that TAKE_OUT left in the container: that one may have been lost. A wiped replica takes nothing back. */
const PUT_BACK = `
set -e
aside=\${1%/raft-partition/*}/$2
[ ! -d "$1/snapshots/$3" ] || [ ! -e "$aside/$4" ] || mv "$aside/$4" "$1/snapshots/$3/$4"
rm -rf "$aside" "/run/zeebe-chaos/faults/$2"`;

const SAYS_WHY = /[^\n]*snapshot[^\n]*corrupt[^\n]*/i;

class SnapshotCorruption implements Fault<CorruptionEvidence> {
  readonly title: string;
  readonly targets: readonly PodIdentity[];
  readonly takes = 'targets';
  readonly atMost = 5 * minutes;
  readonly #cluster: Cluster;
  readonly #containers: ToolContainers;
  readonly #broker: Broker;
  readonly #partition: number;
  readonly #id = `zeebe-chaos-${randomUUID()}`;
  readonly #kill: Fault<KillEvidence>;
  #before: Snapshot | undefined;
  #killed: KillEvidence | undefined;

  constructor(cluster: Cluster, containers: ToolContainers, broker: Broker, partition: number) {
    this.title = `corrupt the snapshot of partition ${partition} on ${broker.name}`;
    this.targets = [broker];
    this.#cluster = cluster;
    this.#containers = containers;
    this.#broker = broker;
    this.#partition = partition;
    this.#kill = terminate({ pods: cluster.pods, containers }, broker);
  }

  async refuse(): Promise<void> {
    const files = await this.#files();
    if (await files.logIsWhole())
      throw new ExperimentInvalid(
        `The log of partition ${this.#partition} on ${this.#broker.name} is expected to be compacted; it still begins at index 1, so that a corrupted snapshot would do no harm.`,
      );
    this.#before = await files.newestSnapshot();
    if (!this.#before?.files.some(isTable))
      throw new ExperimentInvalid(`${this.#broker.name} is expected to have a snapshot with a table, and has none.`);
    await this.#kill.refuse();
  }

  async inject(): Promise<void> {
    const { id, file } = this.#chosen();
    const until = String(Math.ceil((Date.now() + this.atMost) / 1000));
    await (await this.#files()).run(TAKE_OUT, this.#id, id, file, until);
    await this.#kill.inject();
  }

  async prove(): Promise<CorruptionEvidence> {
    const { id, file, checksum } = this.#chosen();
    const now = await (await this.#files()).newestSnapshot();
    if (now?.id === id && now.checksum === checksum)
      throw new FaultWithoutEffect(`${this.title} is expected to change the snapshot ${id}, and it is as before.`);
    if (now?.id !== id)
      throw new FaultWithoutEffect(
        `${this.title} is expected to hold snapshot ${id}; the newest is ${now?.id ?? 'none'}.`,
      );
    this.#killed ??= await this.#kill.prove();
    const says = await this.#saysWhy();
    if (this.#isReady())
      throw new FaultWithoutEffect(`${this.title} is expected to keep the broker from being ready, and it is ready.`);
    return {
      snapshot: id,
      'file taken out': file,
      checksum: `${short(checksum)} → ${short(now.checksum)}`,
      'exit code': this.#killed['exit code'],
      'the broker says': says,
    };
  }

  async undo(): Promise<void> {
    if (!this.#before) return;
    const { id, file } = this.#chosen();
    await (await this.#files()).run(PUT_BACK, this.#id, id, file);
    if (!this.#isReady()) await this.#replacePod();
  }

  async proveGone(): Promise<Evidence> {
    if (!(await this.#readyWithin(30 * seconds))) {
      await (await this.#files()).wipe();
      await this.#replacePod();
      if (!(await this.#readyWithin(60 * seconds)))
        throw new Error(`${this.#broker.name} was expected to be ready 60 s after its replica was wiped, and is not.`);
    }
    const { held, snapshot } = await this.#validSnapshot();
    const same = snapshot.checksum === this.#before?.checksum;
    return { 'valid snapshot': held.snapshotId, 'its files': same ? 'as before' : 'new', role: held.role };
  }

  /** A broker is ready some moments before its replica has opened the snapshot. */
  async #validSnapshot() {
    const files = await this.#files();
    return eventually(
      async () => {
        const held = await this.#cluster.replicaOn(this.#broker, this.#partition);
        const snapshot = await files.newestSnapshot();
        const value = held?.snapshotId && snapshot ? { held, snapshot } : undefined;
        return { value, seen: `${this.#broker.name} tells of no valid snapshot` };
      },
      { within: 30 * seconds },
    );
  }

  #chosen() {
    const file = this.#before?.files.findLast(isTable);
    if (!this.#before || file === undefined) throw new Error(`"${this.title}" is expected to be prepared first.`);
    return { ...this.#before, file };
  }

  async #saysWhy(): Promise<string> {
    const { kubernetes, namespace } = this.#cluster;
    const { name, container } = this.#broker;
    return eventually(
      async () => {
        const log = await kubernetes.core.readNamespacedPodLog({ namespace, name, container, tailLines: 500 });
        return { value: SAYS_WHY.exec(log)?.[0].trim(), seen: 'no word of a corrupted snapshot in its log' };
      },
      { within: 30 * seconds, every: 200 },
    ).catch((error: unknown) => {
      throw new FaultWithoutEffect(
        `${this.title} is expected to make the broker refuse its snapshot and say so: ${String(error)}`,
        { cause: error },
      );
    });
  }

  /**
   * A broker in this state ignores SIGTERM and must be killed. Killing its process would do, but the kubelet would let
   * it wait for its crash-loop back-off. Not grace 0: that lets a second pod onto the volume while the first still runs.
   */
  async #replacePod(): Promise<void> {
    const { kubernetes, namespace } = this.#cluster;
    const { name, uid } = (await this.#pod()).metadata ?? {};
    const body = { gracePeriodSeconds: 1, preconditions: uid === undefined ? {} : { uid } };
    await kubernetes.core.deleteNamespacedPod({ namespace, name: name ?? '', body });
    await this.#cluster.pods.until(`${name} replaced`, (all) => !all.some((pod) => pod.metadata?.uid === uid), {
      within: 30 * seconds,
    });
  }

  async #readyWithin(within: number): Promise<boolean> {
    const what = `${this.#broker.name} ready again`;
    return this.#cluster.pods
      .until(what, () => this.#isReady(), { within })
      .then(
        () => true,
        () => false,
      );
  }

  async #files(): Promise<ReplicaFiles> {
    const pod = await this.#pod();
    return replicaFiles(this.#containers, pod, this.#broker.container, this.#partition);
  }

  /** The volume outlives the pod, and so does the fault: what counts is the pod that has the broker's name now. */
  async #pod(): Promise<V1Pod> {
    const runs = (pod: V1Pod) => pod.metadata?.name === this.#broker.name && pod.status?.podIP !== undefined;
    const pods = await this.#cluster.pods.until(`${this.#broker.name} to run`, (all) => all.some(runs), {
      within: 30 * seconds,
    });
    return pods.find(runs) as V1Pod;
  }

  #isReady(): boolean {
    return this.#cluster.pods.all().some((pod) => pod.metadata?.name === this.#broker.name && isReady(pod));
  }
}

function isTable(file: string): boolean {
  return file.endsWith('.sst');
}

function short(checksum: string): string {
  return checksum.slice(0, 12);
}
