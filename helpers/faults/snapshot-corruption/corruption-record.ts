/** What is known of a corrupted snapshot: what undoes it, and what proved it. */
import type { Evidence } from '../../chaos/fault.ts';
import type { Broker } from '../../cluster/resolve.ts';
import type { Snapshot } from './replica-files.ts';

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

export interface CorruptionRecord {
  /** Names the folder on the volume that the file is put aside in. */
  readonly id: string;
  readonly broker: Broker;
  readonly partition: number;
  /** The snapshot as it was before; unknown until the fault is prepared. */
  readonly before?: Snapshot;
}
