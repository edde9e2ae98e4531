/** What clients asked of Zeebe and were told. */
import type { Key } from '../zeebe/keys.ts';

/** How a call ended as its client saw it; `at` is its start as epoch milliseconds, `tookMs` its duration. */
interface Call {
  readonly at: number;
  readonly tookMs: number;
  readonly outcome: 'ok' | 'rejected' | 'unknown';
  readonly error?: string;
}

/** A request for an instance; `request` is a number unique in the history and a variable of the instance. */
export interface Create extends Call {
  readonly op: 'create';
  readonly request: number;
  readonly key?: Key;
  readonly partition?: number;
}

/** A look for jobs, and the instances whose jobs it brought. */
export interface Activate extends Call {
  readonly op: 'activate';
  readonly seen: readonly { readonly request: number; readonly key: Key }[];
}

/** A completion of the one job of the instance `key`. */
export interface Complete extends Call {
  readonly op: 'complete';
  readonly key: Key;
}

/** A question whether an acknowledged instance that no look brought is still active; no `active` without an answer. */
export interface Ask extends Call {
  readonly op: 'ask';
  readonly key: Key;
  readonly active?: boolean;
}

export type Operation = Create | Activate | Complete | Ask;
export type History = readonly Operation[];

/** What became of what clients were promised. */
export interface HistoryReport {
  readonly acknowledged: number;
  readonly rejected: number;
  readonly unknown: number;
  /** Acknowledged, never seen, and no longer there. */
  readonly lost: readonly Key[];
  /** Acknowledged and still active, but its job was never handed out. */
  readonly stuck: readonly Key[];
  /** Seen, but no completion was ever answered. */
  readonly unfinished: readonly Key[];
  /** Seen, though the client did not know whether it was created. */
  readonly recovered: readonly Key[];
  /** Seen, though its request was rejected or never made. */
  readonly unasked: readonly Key[];
  /** Instances beyond the first that one request made. */
  readonly duplicated: readonly Key[];
  /** A key that was given to two requests. */
  readonly sharedKeys: readonly Key[];
  /** Instances whose completion was acknowledged more than once. */
  readonly completedTwice: readonly Key[];
  readonly perPartition: readonly { partition: number; acknowledged: number; longestGapMs: number }[];
}
