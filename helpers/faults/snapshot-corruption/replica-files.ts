/** The files of one replica on a broker's volume, seen from a tool container that mounts it. */
import type { V1Pod } from '@kubernetes/client-node';
import { identityOf } from '../../kubernetes/pods.ts';
import type { Carried } from '../../kubernetes/carried.ts';
import type { ToolContainer } from '../../kubernetes/tool-container.ts';
import type { ToolContainers } from '../../kubernetes/tool-containers.ts';
import { ExperimentInvalid } from '../../verdict/errors.ts';

/** Where a broker keeps its data: a volume of its pod, and the folder on it. */
interface DataVolume {
  readonly volume: string;
  /** As a tool container sees it: ephemeral containers take no subPath, so they mount the whole volume. */
  readonly folder: string;
}

/** The claimed volume of a broker's container; undefined if it has none. */
function dataVolumeOf(pod: V1Pod, container: string): DataVolume | undefined {
  const claimed = new Set(pod.spec?.volumes?.filter((v) => v.persistentVolumeClaim).map((v) => v.name));
  const mounts = pod.spec?.containers.find((c) => c.name === container)?.volumeMounts;
  const mount = mounts?.find((m) => claimed.has(m.name));
  return mount && { volume: mount.name, folder: `/data/${mount.subPath ?? ''}` };
}

/** Opens the files of a broker's replica; throws ExperimentInvalid if the broker's container has no claimed volume. */
export async function replicaFiles(
  containers: ToolContainers,
  pod: V1Pod,
  container: string,
  partition: number,
): Promise<ReplicaFiles> {
  const volume = dataVolumeOf(pod, container);
  if (!volume)
    throw new ExperimentInvalid(`${pod.metadata?.name} is expected to keep its data on a claimed volume; none found.`);
  const of = identityOf(pod);
  const tools = await containers.in(of, { volume: volume.volume });
  // Root without a capability writes nothing that is another user's, and needs none to see whose it is.
  const user = Number(await tools.must('stat -c %u "$1"', [`${volume.folder}/raft-partition`]));
  const owner = user === 0 ? tools : await containers.in(of, { volume: volume.volume, user });
  return new ReplicaFiles(owner, volume, partition);
}

/** One snapshot, as its files are. */
export interface Snapshot {
  /** `<index>-<term>-<processed position>-<exported position>`. */
  readonly id: string;
  /** SHA-256 over the checksums of all its files in the order of their names. */
  readonly checksum: string;
  readonly files: readonly string[];
}

const NEWEST = `
cd "$1/snapshots" || exit 1
id=$(ls -d */ 2>/dev/null | tr -d / | sort -t- -k1,1n | tail -1)
[ -n "$id" ] || exit 0
cd "$id" && echo "$id" && sha256sum -- * | sha256sum | cut -d' ' -f1 && ls`;

/** A file of a snapshot, by the snapshot's id. */
export interface SnapshotFile {
  readonly snapshot: string;
  readonly name: string;
}

const TAKE_OUT = `
mkdir -p "$1"
mv "$3/$2" "$1/$2"`;

/** A wiped replica takes nothing back. */
const PUT_BACK = `
{ [ ! -d "$3" ] || [ ! -e "$1/$2" ] || mv "$1/$2" "$3/$2"; } && rm -rf "$1"`;

export class ReplicaFiles {
  readonly #tools: ToolContainer;
  readonly #folder: string;

  constructor(tools: ToolContainer, { folder }: DataVolume, partition: number) {
    this.#tools = tools;
    this.#folder = `${folder}/raft-partition/partitions/${partition}`;
  }

  /** Whether the first segment of the log is still there: then the log alone can rebuild the state. */
  async logIsWhole(): Promise<boolean> {
    return (await this.run('ls "$1"/*-1.log >/dev/null 2>&1 && echo whole || echo compacted')) === 'whole';
  }

  /** The snapshot with the highest index; undefined if there is none. */
  async newestSnapshot(): Promise<Snapshot | undefined> {
    const [id, checksum, ...files] = (await this.run(NEWEST)).split('\n');
    return id && checksum ? { id, checksum, files } : undefined;
  }

  /** When a file was last put into a snapshot's folder or taken out of it, by the volume's clock to the nanosecond. */
  changedAt(snapshot: string): Promise<string> {
    return this.#tools.must('stat -c %y "$1/snapshots/$2"', [this.#folder, snapshot]);
  }

  /** Removes all that the replica has, so that its leader must send it a snapshot. */
  async wipe(): Promise<void> {
    await this.run('rm -rf -- "$1"');
  }

  /** Moves a snapshot's file aside, to a folder named `id`; it is moved back at `until` by itself. */
  async takeOut(file: SnapshotFile, id: string, until: Date): Promise<void> {
    const inject = { text: TAKE_OUT, args: this.#places(file, id) };
    await this.#tools.carry(this.#carried(file, id), inject, until);
  }

  /** Moves the file back, if there still is a snapshot for it, and removes the folder. */
  async putBack(file: SnapshotFile, id: string): Promise<void> {
    await this.#tools.lift(this.#carried(file, id));
  }

  #carried(file: SnapshotFile, id: string): Carried {
    return { id, lift: { text: PUT_BACK, args: this.#places(file, id) } };
  }

  /** Where the file is aside, its name, and the folder of its snapshot. */
  #places({ snapshot, name }: SnapshotFile, id: string): string[] {
    const aside = this.#folder.replace(/\/raft-partition\/.*$/, `/${id}`);
    return [aside, name, `${this.#folder}/snapshots/${snapshot}`];
  }

  /** Runs a script with the replica's folder as $1; throws if it fails. */
  run(script: string): Promise<string> {
    return this.#tools.must(script, [this.#folder]);
  }
}

/** Whether a file of a snapshot holds a table of the state (RocksDB), without which the snapshot is refused. */
export function isTable(file: string): boolean {
  return file.endsWith('.sst');
}
