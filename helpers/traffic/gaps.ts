/** How long clients went without an answer. */
import type { History } from './history.ts';

/**
 * The longest time in milliseconds, between `from` and `to` (epoch ms), in which no instance was acknowledged on a
 * partition; the whole span if there was none at all.
 */
export function longestGap(history: History, partition: number, from: number, to: number): number {
  const answers = history
    .filter((o) => o.op === 'create' && o.outcome === 'ok' && o.partition === partition)
    .map((o) => o.at + o.tookMs)
    .filter((at) => at > from && at < to)
    .sort((a, b) => a - b);
  const moments = [from, ...answers, to];
  return Math.max(...moments.slice(1).map((moment, i) => moment - (moments[i] ?? from)));
}
