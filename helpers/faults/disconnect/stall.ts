/** The proof that what two pods said to each other on established connections is not heard any more. */
import type { PodIdentity } from '../../kubernetes/pods.ts';
import type { ToolContainer } from '../../kubernetes/tool-container.ts';
import { FaultWithoutEffect } from '../../verdict/errors.ts';
import { connections, stalledConnections, whatMoved, type Connection } from './network-probes.ts';

/** Looks from the first pod of each way at the second; one answer a way. */
type OnEachWay = <T>(look: (tools: ToolContainer, to: PodIdentity) => Promise<T>) => Promise<T[]>;

export class Stall {
  readonly #title: string;
  /** As they were when the cut was first proven. */
  #seen: readonly Connection[] | undefined;

  /** @param title of the cut, for what is thrown */
  constructor(title: string) {
    this.#title = title;
  }

  /**
   * Returns what is seen of the established connections, in words.
   *
   * @throws FaultWithoutEffect if bytes were acknowledged, now or since the first proof
   */
  async prove(onEachWay: OnEachWay, witness: PodIdentity): Promise<string> {
    if (this.#seen !== undefined) return this.#stillSince(this.#seen, onEachWay);
    const before = await onEachWay(connections);
    const seen = await onEachWay(stalledConnections);
    this.#seen = seen.flat();
    // Under another cut brokers give up the connections that had bytes waiting, and only silent ones are left, or none.
    const moved = seen.flatMap((after, way) =>
      after.some(({ waiting }) => waiting > 0) ? [] : whatMoved(before[way] ?? [], after),
    );
    if (moved.length > 0)
      throw new FaultWithoutEffect(
        `${this.#title} is expected to stall the established connections; bytes were acknowledged on ${moved.join(', ')}.`,
      );
    const all = this.#seen.length;
    if (all === 0) return this.#noneIsLeft(onEachWay, witness);
    const waiting = this.#seen.filter((c) => c.waiting > 0).length;
    if (waiting > 0) return `bytes wait on ${waiting} of ${all}`;
    return `no byte waits, and none was acknowledged for 3 s, on ${all}`;
  }

  /** That none is seen proves something only where the same look finds those to a pod that is not cut off. */
  async #noneIsLeft(onEachWay: OnEachWay, witness: PodIdentity): Promise<string> {
    const toWitness = await onEachWay((tools) => connections(tools, witness));
    if (toWitness.some((seen) => seen.length === 0))
      throw new FaultWithoutEffect(
        `${this.#title} is expected to leave the connections to ${witness.name} alone; none is established, as between those.`,
      );
    return `none is established, and ${toWitness.flat().length} to ${witness.name} are`;
  }

  async #stillSince(before: readonly Connection[], onEachWay: OnEachWay): Promise<string> {
    const now = (await onEachWay(connections)).flat();
    const moved = whatMoved(before, now);
    if (moved.length > 0)
      throw new FaultWithoutEffect(
        `${this.#title} is expected to stall the established connections, and bytes were acknowledged on ${moved.join(', ')}.`,
      );
    const left = before.filter(({ name }) => now.some((c) => c.name === name)).length;
    return `no byte acknowledged since the cut on the ${left} that are left of ${before.length}`;
  }
}
