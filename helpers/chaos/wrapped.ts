/** A fault with something added to its steps. */
import type { Evidence, Fault } from './fault.ts';

/** Returns the fault with some of its steps replaced; the others are its own. */
export function wrapped<E extends Evidence>(
  fault: Fault<E>,
  steps: Partial<Pick<Fault<E>, 'prepare' | 'prove'>>,
): Fault<E> {
  return {
    title: fault.title,
    kind: fault.kind,
    targets: fault.targets,
    takes: fault.takes,
    atMost: fault.atMost,
    undoWithin: fault.undoWithin,
    record: () => fault.record(),
    check: () => fault.check(),
    prepare: (signal) => fault.prepare(signal),
    inject: () => fault.inject(),
    prove: () => fault.prove(),
    undo: () => fault.undo(),
    proveGone: () => fault.proveGone(),
    ...steps,
  };
}
