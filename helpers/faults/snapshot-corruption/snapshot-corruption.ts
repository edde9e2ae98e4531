/**
 * A corrupted snapshot: one file of a replica's newest snapshot is taken out and its broker restarted hard.
 *
 * The broker refuses the snapshot. Once its log has been compacted it has nothing else to start from: it stays not
 * ready, ignores SIGTERM, and says so in its log (8.5.8, io.atomix.raft.utils.StateUtil#verifySnapshotLogConsistent).
 */
import type { V1Pod } from '@kubernetes/client-node';
import { randomUUID } from 'node:crypto';
import type { Broker } from '../../cluster/resolve.ts';
import { isReady, type PodIdentity } from '../../kubernetes/pods.ts';
import { ExperimentInvalid, FaultWithoutEffect } from '../../verdict/errors.ts';
import { renderTopology } from '../../zeebe/render-topology.ts';
import { leaderOf } from '../../zeebe/topology.ts';
import { minutes, seconds } from '../../wait/deadline.ts';
import { eventually } from '../../wait/eventually.ts';
import type { Evidence, Fault } from '../../chaos/fault.ts';
import { toolContainerRights, type FaultContext, type FaultKind } from '../../chaos/fault-kind.ts';
import { compactLog } from './compact-log.ts';
import { replicaFiles, type ReplicaFiles, type Snapshot } from './replica-files.ts';
import { terminate, type KillEvidence } from '../terminate/terminate.ts';

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

/** The corruption of the newest snapshot that a broker has of a partition. */
export const snapshotCorruption = {
  name: 'snapshot corruption',
  verb: 'corrupt the snapshot',
  rights: [
    ...toolContainerRights,
    { why: 'what a broker says of its corrupted snapshot', group: '', resource: 'pods/log', verbs: ['get'] },
    { why: 'the end of a broker that refused its snapshot', group: '', resource: 'pods', verbs: ['delete'] },
  ],
  image: 'tools',
  proves:
    "the snapshot's checksum differs, the broker was killed (exit code 137), is not ready and says why in its log",
  make: (context: FaultContext, broker: Broker, partition: number): Fault<CorruptionEvidence> =>
    new SnapshotCorruption(context, { id: `zeebe-chaos-${randomUUID()}`, broker, partition }),
  recover: (context, record) => new SnapshotCorruption(context, record as CorruptionRecord),
} as const satisfies FaultKind<[Broker, number], CorruptionEvidence>;

interface CorruptionRecord {
  /** Names the folder on the volume that the file is put aside in. */
  readonly id: string;
  readonly broker: Broker;
  readonly partition: number;
  /** The snapshot as it was before; unknown until the fault is prepared. */
  readonly before?: Snapshot;
}

/** 30 s to be ready with its file back, and as a last resort a wipe, with 60 s to be ready after it. */
const UNDO_WITHIN = 4 * minutes;

const SAYS_WHY = /[^\n]*snapshot[^\n]*corrupt[^\n]*/i;

class SnapshotCorruption implements Fault<CorruptionEvidence> {
  readonly kind = 'snapshot corruption';
  readonly title: string;
  readonly targets: readonly PodIdentity[];
  readonly takes: readonly PodIdentity[][];
  readonly atMost = 5 * minutes;
  readonly undoWithin = UNDO_WITHIN;
  readonly #context: FaultContext;
  readonly #broker: Broker;
  readonly #partition: number;
  readonly #id: string;
  readonly #kill: Fault<KillEvidence>;
  #before: Snapshot | undefined;
  #killed: KillEvidence | undefined;

  constructor(context: FaultContext, { id, broker, partition, before }: CorruptionRecord) {
    this.title = `corrupt the snapshot of partition ${partition} on ${broker.name}`;
    this.targets = [broker];
    this.takes = [[broker]];
    this.#context = context;
    this.#id = id;
    this.#broker = broker;
    this.#partition = partition;
    this.#before = before;
    this.#kill = terminate.make(context, broker);
  }

  record(): CorruptionRecord {
    const { id, checksum, file } = this.#chosen();
    const before = { id, checksum, files: [file] };
    return { id: this.#id, broker: this.#broker, partition: this.#partition, before };
  }

  check(): Promise<void> {
    return this.#kill.check();
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const partition = this.#partition;
    const cluster = await this.#context.cluster();
    const compacting = { partition, run: this.#id, signal };
    await this.#context.journal.phase(
      `  write to partition ${partition} and take snapshots until its log on ${this.#broker.name} is compacted`,
      () => compactLog(cluster, this.#context.containers, this.#broker, compacting),
    );
    // What the kill prepares takes a second, in which the snapshot that is chosen could be replaced.
    await this.#kill.prepare(signal);
    const files = await this.#files();
    if (await files.logIsWhole())
      throw new ExperimentInvalid(
        `The log of partition ${this.#partition} on ${this.#broker.name} is expected to be compacted; it still begins at index 1, so that a corrupted snapshot would do no harm.`,
      );
    this.#before = await files.newestSnapshot();
    if (!this.#before?.files.some(isTable))
      throw new ExperimentInvalid(`${this.#broker.name} is expected to have a snapshot with a table, and has none.`);
  }

  async inject(): Promise<void> {
    const { id: snapshot, file: name } = this.#chosen();
    await (await this.#files()).takeOut({ snapshot, name }, this.#id, new Date(Date.now() + this.atMost));
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
    const { id: snapshot, file: name } = this.#chosen();
    await (await this.#files()).putBack({ snapshot, name }, this.#id);
    if (!this.#isReady()) await this.#replacePod();
  }

  async proveGone(): Promise<Evidence> {
    if (!(await this.#readyWithin(30 * seconds))) await this.#startAgain();
    const { held, snapshot } = await this.#validSnapshot();
    const same = snapshot.checksum === this.#before?.checksum;
    return { 'valid snapshot': held.snapshotId, 'its files': same ? 'as before' : 'new', role: held.role };
  }

  /** It may have refused its snapshot just before the file was back. */
  async #startAgain(): Promise<void> {
    await this.#replacePod();
    if (await this.#readyWithin(30 * seconds)) return;
    await this.#othersMustBeWhole();
    await (await this.#files()).wipe();
    await this.#replacePod();
    if (!(await this.#readyWithin(60 * seconds)))
      throw new Error(`${this.#broker.name} was expected to be ready 60 s after its replica was wiped, and is not.`);
  }

  /** Only a replica that the others can make anew may be wiped. */
  async #othersMustBeWhole(): Promise<void> {
    const topology = await (await this.#context.cluster()).topology();
    const others = topology.brokers.filter(({ nodeId }) => nodeId !== this.#broker.nodeId);
    const whole = others.filter((broker) =>
      broker.partitions.some(
        ({ id, role, health }) => id === this.#partition && health === 'healthy' && role !== 'inactive',
      ),
    );
    const led = whole.some(({ nodeId }) => leaderOf(topology, this.#partition)?.nodeId === nodeId);
    if (!led || whole.length < topology.replicationFactor - 1)
      throw new Error(
        `The other replicas of partition ${this.#partition} are expected to be healthy and led before that of ${this.#broker.name} is wiped; the topology is ${renderTopology(topology)}.`,
      );
  }

  /** A broker is ready some moments before its replica has opened the snapshot. */
  async #validSnapshot() {
    const files = await this.#files();
    return eventually(
      async () => {
        const held = await (await this.#context.cluster()).replicaOn(this.#broker, this.#partition);
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
    const { kubernetes, namespace } = this.#context;
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
    const { kubernetes, namespace } = this.#context;
    const { name, uid } = (await this.#pod()).metadata ?? {};
    const body = { gracePeriodSeconds: 1, preconditions: uid === undefined ? {} : { uid } };
    await kubernetes.core.deleteNamespacedPod({ namespace, name: name ?? '', body });
    await this.#context.pods.until(`${name} replaced`, (all) => !all.some((pod) => pod.metadata?.uid === uid), {
      within: 30 * seconds,
    });
  }

  async #readyWithin(within: number): Promise<boolean> {
    const what = `${this.#broker.name} ready again`;
    return this.#context.pods
      .until(what, () => this.#isReady(), { within })
      .then(
        () => true,
        () => false,
      );
  }

  async #files(): Promise<ReplicaFiles> {
    const pod = await this.#pod();
    return replicaFiles(this.#context.containers, pod, this.#broker.container, this.#partition);
  }

  /** The volume outlives the pod, and so does the fault: what counts is the pod that has the broker's name now. */
  async #pod(): Promise<V1Pod> {
    const runs = (pod: V1Pod) => pod.metadata?.name === this.#broker.name && pod.status?.podIP !== undefined;
    const pods = await this.#context.pods.until(`${this.#broker.name} to run`, (all) => all.some(runs), {
      within: 30 * seconds,
    });
    return pods.find(runs) as V1Pod;
  }

  #isReady(): boolean {
    return this.#context.pods.all().some((pod) => pod.metadata?.name === this.#broker.name && isReady(pod));
  }
}

function isTable(file: string): boolean {
  return file.endsWith('.sst');
}

function short(checksum: string): string {
  return checksum.slice(0, 12);
}
