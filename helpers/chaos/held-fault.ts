/** One fault in the box: from just before it goes in until it is proven to be gone. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from '../journal.ts';
import type { Ledger, OpenEntry } from '../ledger/ledger.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import type { ExperimentRecord, FaultRecord } from '../verdict/experiment-record.ts';
import { seconds, spell } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import { makeReady, type ActiveFault, type Evidence, type Fault } from './fault.ts';
import { FaultStateMachine } from './fault-state.ts';

/** How long an undo waits for what is still under way, in ms: the entry and a command in a pod, or two commands, at most. */
const PATIENCE = 30 * seconds;

/** What a fault is held with. */
export interface Holding {
  readonly journal: Journal;
  readonly ledger: Ledger;
  /** The test's: after it has fired nothing more goes in. */
  readonly signal: AbortSignal;
  /** Is told of every fault that goes in. */
  readonly record?: Pick<ExperimentRecord, 'faults'>;
}

export class HeldFault<E extends Evidence = Evidence> implements ActiveFault<E> {
  readonly title: string;
  /** How far it has come, for the verdict. */
  readonly record: FaultRecord;
  since = Date.now();
  readonly #fault: Fault<E>;
  #evidence: E | undefined;
  readonly #journal: Journal;
  readonly #ledger: Ledger;
  readonly #signal: AbortSignal;
  readonly #state: FaultStateMachine;
  #entry: OpenEntry | undefined;
  #goingIn: Promise<void> | undefined;
  #isGoingIn = false;
  #begun: number | undefined;
  #ended: number | undefined;
  #takingOut: Promise<void> | undefined;

  constructor(fault: Fault<E>, { journal, ledger, signal }: Holding) {
    this.title = fault.title;
    const { kind, title, targets } = fault;
    const names = targets.map(({ name }) => name);
    this.record = { kind, title, targets: names, proven: false, heldToTheEnd: false, gone: false };
    this.#fault = fault;
    this.#state = new FaultStateMachine(fault.title);
    this.#journal = journal;
    this.#ledger = ledger;
    this.#signal = signal;
  }

  get evidence(): E {
    if (!this.#evidence) throw new Error(`"${this.title}" is expected to be proven before its evidence is asked for.`);
    return this.#evidence;
  }

  get fault(): Fault<E> {
    return this.#fault;
  }

  get held(): number {
    return this.#begun === undefined ? 0 : (this.#ended ?? performance.now()) - this.#begun;
  }

  /** Whether there is nothing left to undo. */
  get gone(): boolean {
    return this.#state.is === 'gone';
  }

  /** Makes sure that it makes sense and that what it needs is ready; throws what the fault throws. */
  async makeReady(): Promise<void> {
    const ready = () => makeReady(this.#fault, this.#signal);
    await this.#journal.phase(`Action: ${this.title}`, ready, 'prepare');
    this.#signal.throwIfAborted();
    this.#state.become('checked');
  }

  /** Writes the fault into the ledger, puts it in, or leaves that out, and proves that it holds. */
  async begin({ inject }: { inject: boolean }): Promise<void> {
    this.#state.become('injecting');
    this.since = Date.now();
    this.#isGoingIn = true;
    this.#goingIn = this.#goIn(inject).finally(() => {
      this.#isGoingIn = false;
    });
    await this.#goingIn;
    this.#evidence = await this.#journal.phase('  prove that it holds', () => this.#fault.prove(), 'inject');
    this.#state.become('proven');
    this.record.proven = true;
    this.#begun = performance.now();
    this.#journal.evidence(this.title, this.#evidence);
  }

  async #goIn(inject: boolean): Promise<void> {
    const { title, kind, targets } = this.#fault;
    const leftover = { kind, title, targets: targets.map(({ name }) => name), undo: this.#fault.record() };
    const enter = () => this.#ledger.enter(leftover);
    this.#entry = await this.#journal.phase('  write it into the ledger', enter, 'inject');
    this.#signal.throwIfAborted();
    if (inject) await this.#journal.phase('  inject', () => this.#fault.inject(), 'inject');
    else this.#journal.write('  inject: left out, to see whether that is noticed');
  }

  async lift(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#journal.write(`Action: lift "${this.title}"`);
    const last = await this.#journal.phase('  prove that it still holds', () => this.#proveInTime(), 'lift');
    this.record.heldToTheEnd = true;
    this.#journal.evidence(`${this.title} (before the lift)`, { ...last, 'held for': spell(this.held) });
    await this.#takeOut();
  }

  /**
   * Takes the fault out whatever became of it; does nothing if it is gone. It waits for an inject that is still under
   * way when the test is already over: it would otherwise come after its own undo and stay.
   */
  async undo(): Promise<void> {
    if (this.gone) return;
    this.#journal.write(`Undo: ${this.title}`);
    const patience = Math.min(PATIENCE, this.#fault.undoWithin / 2);
    await Promise.race([this.#goingIn?.catch(() => undefined), delay(patience, undefined, { ref: false })]);
    await this.#takeOut();
  }

  /** A look that could not be taken is taken again: an API server that is away for some seconds refutes nothing. */
  async #proveInTime(): Promise<Evidence> {
    const { title, atMost, undoWithin } = this.#fault;
    const look = { title: `Proving that "${title}" still holds`, within: undoWithin, signal: this.#signal };
    const evidence = await retry(() => this.#fault.prove(), look);
    if (this.held > atMost)
      throw new ExperimentInvalid(
        `${title} was held for ${spell(this.held)}, longer than its own limit of ${spell(atMost)}.`,
      );
    return evidence;
  }

  /** One at a time: the undo of a test that timed out may meet the lift that it was in. */
  #takeOut(): Promise<void> {
    this.#takingOut ??= this.#undoAndProve().finally(() => {
      this.#takingOut = undefined;
    });
    return this.#takingOut;
  }

  async #undoAndProve(): Promise<void> {
    if (this.gone) return;
    this.#state.become('lifting');
    const { title, undoWithin } = this.#fault;
    const end = performance.now() + undoWithin;
    const untilDone = <T>(what: string, work: () => Promise<T>) =>
      retry(work, { title: `${what} "${title}"`, within: Math.max(0, end - performance.now()) });
    await this.#journal.phase('  lift', () => untilDone('Undoing', () => this.#fault.undo()), 'lift');
    this.#ended ??= performance.now();
    const proof = () => untilDone('Proving the end of', () => this.#fault.proveGone());
    const gone = await this.#journal.phase('  prove that it is gone', proof, 'recover');
    this.#state.become('gone');
    this.record.gone = true;
    this.#journal.evidence(`${title} (lifted)`, gone);
    // What may still come after its own undo is left to whoever heals.
    if (!this.#isGoingIn) await this.#entry?.close();
  }
}
