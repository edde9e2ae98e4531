/** One fault in the box: from just before it goes in until it is proven to be gone. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from '../journal.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { spell } from '../wait/deadline.ts';
import type { ActiveFault, Evidence, Fault } from './fault.ts';

export class HeldFault<E extends Evidence = Evidence> implements ActiveFault<E> {
  readonly title: string;
  since = Date.now();
  readonly #fault: Fault<E>;
  #evidence: E | undefined;
  readonly #journal: Journal;
  #injecting: Promise<void> | undefined;
  #begun: number | undefined;
  #ended: number | undefined;
  #gone = false;
  #takingOut: Promise<void> | undefined;

  constructor(fault: Fault<E>, journal: Journal) {
    this.title = fault.title;
    this.#fault = fault;
    this.#journal = journal;
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
    return this.#gone;
  }

  /** Puts the fault in, or leaves that out, and proves that it holds. */
  async begin({ inject }: { inject: boolean }): Promise<void> {
    this.since = Date.now();
    if (inject) {
      this.#injecting = this.#journal.phase('  inject', () => this.#fault.inject(), 'inject');
      await this.#injecting;
    } else this.#journal.write('  inject: left out, to see whether that is noticed');
    this.#evidence = await this.#journal.phase('  prove that it holds', () => this.#fault.prove(), 'inject');
    this.#begun = performance.now();
    this.#journal.evidence(this.title, this.#evidence);
  }

  async lift(): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#journal.write(`Action: lift "${this.title}"`);
    const last = await this.#journal.phase('  prove that it still holds', () => this.#proveInTime(), 'lift');
    this.#journal.evidence(`${this.title} (before the lift)`, last);
    await this.#takeOut();
  }

  /**
   * Takes the fault out whatever became of it; does nothing if it is gone.
   *
   * @param patience how long to wait, in ms, for an inject that is still under way when the test is already over: it
   * would otherwise come after its own undo and stay
   */
  async undo(patience: number): Promise<void> {
    if (this.#gone) return;
    this.#journal.write(`Undo: ${this.title}`);
    await Promise.race([this.#injecting?.catch(() => undefined), delay(patience, undefined, { ref: false })]);
    await this.#takeOut();
  }

  async #proveInTime(): Promise<Evidence> {
    const evidence = await this.#fault.prove();
    if (this.held > this.#fault.atMost)
      throw new ExperimentInvalid(
        `${this.title} was held for ${spell(this.held)}, longer than its own limit of ${spell(this.#fault.atMost)}.`,
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
    if (this.#gone) return;
    await this.#journal.phase('  lift', () => this.#fault.undo(), 'lift');
    this.#ended ??= performance.now();
    const gone = await this.#journal.phase('  prove that it is gone', () => this.#fault.proveGone(), 'recover');
    this.#gone = true;
    this.#journal.evidence(`${this.title} (lifted)`, gone);
  }
}
