/** Puts faults in, keeps what must be undone, and undoes it. */
import type { Journal } from '../journal.ts';
import type { Control } from '../settings.ts';
import { deadline, seconds } from '../wait/deadline.ts';
import type { ActiveFault, Evidence, Fault } from './fault.ts';
import { HeldFault } from './held-fault.ts';

/** How long one undo may take before the next one gets its turn, in ms. */
const UNDO_WITHIN = 60 * seconds;

export class FaultBox {
  readonly #journal: Journal;
  readonly #signal: AbortSignal;
  readonly #control: Control;
  readonly #undoWithin: number;
  readonly #held: HeldFault[] = [];

  constructor(journal: Journal, signal: AbortSignal, control: Control, undoWithin = UNDO_WITHIN) {
    this.#journal = journal;
    this.#signal = signal;
    this.#control = control;
    this.#undoWithin = undoWithin;
  }

  /** The faults that hold now. */
  get holding(): readonly Fault[] {
    return this.#held.filter((held) => !held.gone).map((held) => held.fault);
  }

  /** Puts a fault in and returns when it is proven; throws if it is not, and leaves it to `undoAll` to take it out. */
  async inject<E extends Evidence>(fault: Fault<E>): Promise<ActiveFault<E>> {
    this.#signal.throwIfAborted();
    await this.#journal.phase(`Action: ${fault.title}`, () => fault.refuse(), 'prepare');
    this.#signal.throwIfAborted();
    const held = new HeldFault(fault, this.#journal);
    // Kept before the fault goes in: one that fails half-way is undone like any other.
    this.#held.push(held);
    await held.begin({ inject: this.#control !== 'no-effect' });
    return held;
  }

  /** Runs the experiment's refuter in a `refuted` control run and does nothing in any other. */
  async refuter(refute: () => Promise<unknown>): Promise<void> {
    if (this.#control === 'refuted') await refute();
  }

  /**
   * Undoes everything that still holds, last in first out. Each undo has its own bound, and none stops the rest.
   *
   * @throws AggregateError of all that went wrong
   */
  async undoAll(): Promise<void> {
    const errors: unknown[] = [];
    for (let held = this.#held.pop(); held; held = this.#held.pop()) {
      try {
        await this.#undoInTime(held);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `Undoing faults failed: ${errors.map(String).join('; ')}`);
  }

  async #undoInTime(held: HeldFault): Promise<void> {
    const limit = deadline({ within: this.#undoWithin });
    const passed = new Promise<never>((_, reject) => {
      limit.onPassed((why) => reject(new Error(`Undoing "${held.title}" was expected to end ${why}, and did not.`)));
    });
    try {
      await Promise.race([held.undo(this.#undoWithin / 2), passed]);
    } finally {
      limit.clear();
    }
  }
}
