/** Puts faults in, keeps what must be undone, and undoes it. */
import type { Journal } from '../journal.ts';
import type { Control } from '../settings.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { deadline, seconds, spell } from '../wait/deadline.ts';
import type { ActiveFault, Evidence, Fault } from './fault.ts';

/** How long one undo may take before the next one gets its turn, in ms. */
const UNDO_WITHIN = 60 * seconds;

interface Held extends ActiveFault {
  undo(): Promise<void>;
}

export class FaultBox {
  readonly #journal: Journal;
  readonly #signal: AbortSignal;
  readonly #control: Control;
  readonly #held: Held[] = [];

  constructor(journal: Journal, signal: AbortSignal, control: Control) {
    this.#journal = journal;
    this.#signal = signal;
    this.#control = control;
  }

  /** Puts a fault in and returns when it is proven; throws, with the fault undone, if it is not. */
  async inject(fault: Fault): Promise<ActiveFault> {
    await this.#journal.phase(`Action: ${fault.title}`, () => fault.refuse());
    this.#signal.throwIfAborted();
    const held = this.#hold(fault);
    // Kept before the fault goes in: one that fails half-way is undone like any other.
    this.#held.push(held);
    await this.#journal.phase('  inject', () => (this.#control === 'no-effect' ? Promise.resolve() : fault.inject()));
    const evidence = await this.#journal.phase('  prove that it holds', () => fault.prove());
    this.#journal.evidence(fault.title, evidence);
    return held.begin(evidence);
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
        await bounded(held.title, held.undo());
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `Undoing faults failed: ${errors.map(String).join('; ')}`);
  }

  #hold(fault: Fault): Held & { begin(evidence: Evidence): ActiveFault } {
    const box = this;
    let begun: number | undefined;
    let ended: number | undefined;
    let first: Evidence = {};
    const end = async (): Promise<void> => {
      await box.#journal.phase('  lift', () => fault.undo());
      ended = performance.now();
      const gone = await box.#journal.phase('  prove that it is gone', () => fault.proveGone());
      box.#journal.evidence(`${fault.title} (lifted)`, gone);
      const index = box.#held.findIndex((h) => h === held);
      if (index >= 0) box.#held.splice(index, 1);
    };
    const held = {
      title: fault.title,
      get evidence() {
        return first;
      },
      get held() {
        return begun === undefined ? 0 : (ended ?? performance.now()) - begun;
      },
      undo: () => box.#journal.phase(`Undo: ${fault.title}`, end),
      lift: async () => {
        if (ended !== undefined) return;
        await box.#journal.phase(`Action: lift "${fault.title}"`, async () => {
          const last = await box.#journal.phase('  prove that it still holds', () => fault.prove());
          box.#journal.evidence(`${fault.title} (before the lift)`, last);
          if (held.held > fault.atMost)
            throw new ExperimentInvalid(`${fault.title} was held for ${spell(held.held)}, longer than its own limit of ${spell(fault.atMost)}.`);
          await end();
        });
      },
      begin: (evidence: Evidence) => {
        begun = performance.now();
        first = evidence;
        return held;
      },
    };
    return held;
  }
}

async function bounded(title: string, work: Promise<void>): Promise<void> {
  const limit = deadline({ within: UNDO_WITHIN });
  try {
    await Promise.race([
      work,
      new Promise<never>((_, reject) => limit.onPassed((why) => reject(new Error(`Undoing "${title}" was expected ${why}.`)))),
    ]);
  } finally {
    limit.clear();
  }
}
