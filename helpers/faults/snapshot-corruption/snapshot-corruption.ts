/**
 * A corrupted snapshot: one file of a replica's newest snapshot is taken out and its broker restarted hard.
 *
 * The broker refuses the snapshot. Once its log has been compacted it has nothing else to start from: it stays not
 * ready, ignores SIGTERM, and says so in its log (8.5.8, io.atomix.raft.utils.StateUtil#verifySnapshotLogConsistent).
 */
import { randomUUID } from 'node:crypto';
import type { Broker } from '../../cluster/resolve.ts';
import type { PodIdentity } from '../../kubernetes/pods.ts';
import { ExperimentInvalid, FaultWithoutEffect } from '../../verdict/errors.ts';
import { minutes, seconds } from '../../wait/deadline.ts';
import type { Evidence, Fault } from '../../chaos/fault.ts';
import { eachTarget, toolContainerRights, type FaultContext, type FaultKind } from '../../chaos/fault-kind.ts';
import { BrokerPod } from './broker-pod.ts';
import { compactLog } from './compact-log.ts';
import type { CorruptionEvidence, CorruptionRecord } from './corruption-record.ts';
import { mustBeMadeAnewByOthers } from './made-anew.ts';
import { refusalOf, refuses } from './refusal.ts';
import { isTable, replicaFiles, type ReplicaFiles, type Snapshot } from './replica-files.ts';
import { validSnapshotOf } from './valid-snapshot.ts';
import { terminate, type KillEvidence } from '../terminate/terminate.ts';

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
  capabilities: terminate.capabilities,
  capabilitiesForFirst: terminate.capabilitiesForFirst,
  ends: ['process', 'pod'],
  loadsHosts: false,
  takes: eachTarget,
  proves:
    "the snapshot's checksum differs, the broker was killed (exit code 137), is not ready and says why in its log",
  make: (context: FaultContext, broker: Broker, partition: number): Fault<CorruptionEvidence> =>
    new SnapshotCorruption(context, { id: `zeebe-chaos-${randomUUID()}`, broker, partition }),
  recover: (context, record) => new SnapshotCorruption(context, record as CorruptionRecord),
} as const satisfies FaultKind<[Broker, number], CorruptionEvidence>;

/** How long a broker may take to be ready, beside what its probes add: with its file back, and after a wipe. */
const READY_WITHIN = 30 * seconds;
const MADE_ANEW_WITHIN = 60 * seconds;

class SnapshotCorruption implements Fault<CorruptionEvidence> {
  readonly kind = 'snapshot corruption';
  readonly title: string;
  readonly targets: readonly PodIdentity[];
  readonly takes: readonly PodIdentity[][];
  readonly atMost = 5 * minutes;
  readonly undoWithin: number;
  readonly #context: FaultContext;
  readonly #broker: Broker;
  readonly #partition: number;
  readonly #id: string;
  readonly #kill: Fault<KillEvidence>;
  readonly #pod: BrokerPod;
  #before: Snapshot | undefined;
  #killed: KillEvidence | undefined;
  /** When the folder of the snapshot was changed last, as it was first proven. */
  #changed: string | undefined;
  #wiped = false;

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
    this.#pod = new BrokerPod(context, broker);
    this.undoWithin = 2 * minutes + 2 * READY_WITHIN + MADE_ANEW_WITHIN + 3 * this.#pod.readyLate();
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
    const files = await this.#files();
    const now = await files.newestSnapshot();
    if (now?.id === id && now.checksum === checksum)
      throw new FaultWithoutEffect(`${this.title} is expected to change the snapshot ${id}, and it is as before.`);
    if (now?.id !== id)
      throw new FaultWithoutEffect(
        `${this.title} is expected to hold snapshot ${id}; the newest is ${now?.id ?? 'none'}.`,
      );
    const changed = await files.changedAt(id);
    this.#changed ??= changed;
    if (changed !== this.#changed)
      throw new FaultWithoutEffect(
        `${this.title} is expected to hold all the time; the files of snapshot ${id} were changed meanwhile, at ${changed}.`,
      );
    this.#killed ??= await this.#kill.prove();
    const says = await refusalOf(this.#context, this.#broker, this.title);
    if (this.#pod.isReady())
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
    if (!this.#pod.isReady()) await this.#pod.replace();
  }

  async proveGone(): Promise<Evidence> {
    if (!(await this.#pod.readyWithin(READY_WITHIN))) await this.#startAgain();
    const cluster = await this.#context.cluster();
    const { held, snapshot } = await validSnapshotOf(cluster, await this.#files(), this.#broker, this.#partition);
    const same = snapshot.checksum === this.#before?.checksum;
    return {
      'valid snapshot': held.snapshotId,
      'its files': this.#wiped ? 'made anew by the leader' : same ? 'as before' : 'new',
      role: held.role,
    };
  }

  /**
   * It may have refused its snapshot just before the file was back. One that is slow is left alone: a replica is wiped only
   * if its broker says that it refuses it.
   */
  async #startAgain(): Promise<void> {
    const { name } = this.#broker;
    await this.#pod.replace();
    if (await this.#pod.readyWithin(READY_WITHIN)) return;
    if (!(await refuses(this.#context, this.#broker)))
      throw new Error(
        `${name} was expected to be ready with its file back, is not, and does not say that it refuses its snapshot; its replica is left as it is.`,
      );
    mustBeMadeAnewByOthers(await (await this.#context.cluster()).topology(), this.#broker, this.#partition);
    await (await this.#files()).wipe();
    this.#wiped = true;
    await this.#pod.replace();
    if (!(await this.#pod.readyWithin(MADE_ANEW_WITHIN)))
      throw new Error(`${name} was expected to be ready some time after its replica was wiped, and is not.`);
  }

  #chosen() {
    const file = this.#before?.files.findLast(isTable);
    if (!this.#before || file === undefined) throw new Error(`"${this.title}" is expected to be prepared first.`);
    return { ...this.#before, file };
  }

  async #files(): Promise<ReplicaFiles> {
    const pod = await this.#pod.now();
    return replicaFiles(this.#context.containers, pod, this.#broker.container, this.#partition);
  }
}

function short(checksum: string): string {
  return checksum.slice(0, 12);
}
