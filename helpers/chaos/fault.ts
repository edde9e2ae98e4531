/** The contract that every fault keeps. */
import type { PodIdentity } from '../kubernetes/pods.ts';
import { FaultWithoutEffect } from '../verdict/errors.ts';

/** What was seen, as plain data for journal and report. */
export type Evidence = Readonly<Record<string, unknown>>;

/**
 * A change that harms. The targets are fixed when it is made; none of its steps looks them up again.
 *
 * Every step throws FaultWithoutEffect if what it must see is not there, and any other error if it could not look.
 */
export interface Fault<E extends Evidence = Evidence> {
  /** In the words of an experiment: `disconnect camunda-zeebe-0 and camunda-zeebe-2`. */
  readonly title: string;
  /** Its name in the catalogue. */
  readonly kind: string;
  readonly targets: readonly PodIdentity[];
  /**
   * What partitions lose to it: of each group of pods one is as good as gone. A pod that is away is a group of its own, the
   * two ends of a link that is cut are one.
   */
  readonly takes: readonly (readonly PodIdentity[])[];
  /** How long the fault may hold at most, in ms; it then lifts itself. */
  readonly atMost: number;
  /** How long its undo may take, in ms, the proof that it is gone included. */
  readonly undoWithin: number;
  /** Plain data from which its kind's `recover` undoes it where this object is lost; known once it is prepared. */
  record(): unknown;
  /** Throws ExperimentInvalid if the fault makes no sense, FaultUnavailable if it cannot be had there; asks, and touches nothing. */
  check(): Promise<void>;
  /** Gets ready what the fault needs, such as tools in its pods; throws as `check` does, also if it would be without effect. */
  prepare(signal: AbortSignal): Promise<void>;
  /** Puts the fault in. */
  inject(): Promise<void>;
  /** Sees that the fault holds. Called right after inject and again just before the lift. */
  prove(): Promise<E>;
  /** Takes the fault out; safe to repeat, and safe when it never went in. */
  undo(): Promise<void>;
  /** Sees that the fault is gone. */
  proveGone(): Promise<Evidence>;
}

/** Checks and prepares a fault, so that it can go in. */
export async function makeReady(fault: Fault, signal = new AbortController().signal): Promise<void> {
  await fault.check();
  signal.throwIfAborted();
  await fault.prepare(signal);
}

/** A fault that holds. */
export interface ActiveFault<E extends Evidence = Evidence> {
  readonly title: string;
  /** What proved it when it went in. */
  readonly evidence: E;
  /** Epoch milliseconds just before it went in. */
  readonly since: number;
  /** Milliseconds from the proof that it held to its lift, or to now. */
  readonly held: number;
  /** Proves that it still holds, takes it out and proves that it is gone; a second call does nothing. */
  lift(): Promise<void>;
}

/** A fault that a run has left, as somebody else undoes it. */
export type Recovery = Pick<Fault, 'title' | 'undoWithin' | 'undo' | 'proveGone'>;

/** What a proof throws where a pod that a fault is to hold in was replaced: nobody saw it hold to its end. */
export function replaced(title: string, { name }: PodIdentity): FaultWithoutEffect {
  return new FaultWithoutEffect(`${title} is expected to hold to its end, and pod ${name} was replaced meanwhile.`);
}
