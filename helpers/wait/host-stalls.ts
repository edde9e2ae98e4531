/** Whether the host gave this process time: a bound that is missed because it did not says nothing of Zeebe. */
import { spell } from './deadline.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';

/** Milliseconds between two signs of life of this process's event loop. */
const EVERY = 50;
/** A sign of life that is late by this much, in ms, is a stall; on two busy cores it is late by tens of ms. */
const STALL = 1_000;

interface Stall {
  readonly from: number;
  readonly to: number;
}

const stalls: Stall[] = [];
let last = performance.now();

setInterval(() => {
  const now = performance.now();
  if (now - last > EVERY + STALL) stalls.push({ from: last, to: now });
  last = now;
}, EVERY).unref();

/**
 * Throws ExperimentInvalid if this process stood still for more than a second within the last `span` ms: what took too
 * long may have been the host.
 */
export function mustHaveHadTime(span: number, what: string): void {
  const now = performance.now();
  const recent = [...stalls, { from: last, to: now }].filter(({ to }) => to > now - span);
  const longest = Math.max(...recent.map(({ from, to }) => to - from));
  if (longest > EVERY + STALL)
    throw new ExperimentInvalid(
      `${what}, and that cannot be held against Zeebe: the host was saturated, this process itself stood still for ${spell(longest)}.`,
    );
}
