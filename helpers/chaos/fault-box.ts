/** Puts faults in, keeps what must be undone, and undoes it. */
import { CleanupTrouble, ExperimentInvalid } from '../verdict/errors.ts';
import type { Control } from '../settings.ts';
import type { ActiveFault, Evidence, Fault } from './fault.ts';
import { HeldFault, type Holding } from './held-fault.ts';

export class FaultBox {
  readonly #holding: Holding;
  readonly #control: Control;
  readonly #entering = new Set<Fault>();
  readonly #held: HeldFault[] = [];
  readonly #closing = new AbortController();

  constructor(holding: Holding, control: Control) {
    // A body that threw, or that nobody waits for any more, may inject nothing either.
    this.#holding = { ...holding, signal: AbortSignal.any([holding.signal, this.#closing.signal]) };
    this.#control = control;
  }

  /** The faults that hold now or are on their way in. */
  get holding(): readonly Fault[] {
    return [...this.#held.filter((held) => !held.gone).map((held) => held.fault), ...this.#entering];
  }

  /** Puts a fault in and returns when it is proven; throws if it is not, and leaves it to `undoAll` to take it out. */
  async inject<E extends Evidence>(fault: Fault<E>): Promise<ActiveFault<E>> {
    this.#holding.signal.throwIfAborted();
    const held = new HeldFault(fault, this.#holding);
    this.#entering.add(fault);
    try {
      await held.makeReady();
      // Kept before the fault goes in: one that fails half-way is undone like any other.
      this.#held.push(held);
    } finally {
      this.#entering.delete(fault);
    }
    this.#holding.record?.faults.push(held.record);
    await held.begin({ inject: this.#control !== 'no-effect' });
    return held;
  }

  /** Runs the experiment's refuter in a `refuted` control run and does nothing in any other. */
  async refuter(refute: () => Promise<unknown>): Promise<void> {
    if (this.#control === 'refuted') await refute();
  }

  /**
   * Lets nothing in any more, and undoes everything that still holds, last in first out. Each undo has its fault's bound, and none stops the rest.
   *
   * @throws CleanupTrouble with all that went wrong
   */
  async undoAll(): Promise<void> {
    this.#closing.abort(new ExperimentInvalid('The test is over, and no fault may go in any more.'));
    const errors: unknown[] = [];
    for (let held = this.#held.pop(); held; held = this.#held.pop()) {
      try {
        await held.undo();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new CleanupTrouble(`Undoing faults failed: ${errors.map(String).join('; ')}`);
  }
}
