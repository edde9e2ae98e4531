/** Where a fault of a run is between its making and its end. */

/**
 * `made`: touches nothing yet · `checked`: makes sense, and what it needs is ready · `injecting`: on its way in, or in and not seen
 * yet · `proven`: seen to hold · `lifting`: on its way out, or out and not seen yet · `gone`: seen to be gone.
 */
export type FaultState = 'made' | 'checked' | 'injecting' | 'proven' | 'lifting' | 'gone';

const after: Readonly<Record<FaultState, readonly FaultState[]>> = {
  made: ['checked'],
  checked: ['injecting', 'lifting'],
  injecting: ['proven', 'lifting'],
  proven: ['lifting'],
  // Again, where it could not be taken out at the first try.
  lifting: ['lifting', 'gone'],
  gone: [],
};

/** The state of one fault; it goes only where the table lets it. */
export class FaultStateMachine {
  readonly #title: string;
  #state: FaultState = 'made';

  constructor(title: string) {
    this.#title = title;
  }

  get is(): FaultState {
    return this.#state;
  }

  /** Goes on to another state; throws if none leads there from this one. */
  become(next: FaultState): void {
    if (!after[this.#state].includes(next))
      throw new Error(
        `"${this.#title}" is ${this.#state} and is expected to become ${after[this.#state].join(' or ') || 'nothing else'}, not ${next}.`,
      );
    this.#state = next;
  }
}
