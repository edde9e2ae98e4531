/** What a round of kills was like for clients. */
import { longestGap } from '../../helpers/traffic/gaps.ts';
import type { Complete, Create, History } from '../../helpers/traffic/history.ts';
import type { Kill } from './plan.ts';

export interface Figures {
  /** Instances created and completed as clients were told, from this round's kill to the next one's. */
  readonly acknowledged: number;
  readonly rejected: number;
  readonly unknown: number;
  /** The longest time in ms without an instance on one of the partitions; undefined for a round without creations after it. */
  readonly longestGapMs?: number;
}

/** A kill that was carried out. */
export interface Killed extends Kill {
  /** Epoch ms. */
  readonly at: number;
  /** Milliseconds from the kill until every broker was ready and the topology complete. */
  readonly wholeAfterMs: number;
}

/** Adds to each kill what the time up to the next one was like; what came before the first one counts to the first one. */
export function withFigures(
  kills: readonly Killed[],
  history: History,
  partitions: readonly number[],
): (Killed & Figures)[] {
  const calls = history
    .filter((o): o is Create | Complete => o.op === 'create' || o.op === 'complete')
    .map((o) => ({ outcome: o.outcome, end: o.at + o.tookMs }));
  return kills.map((kill, i) => {
    const from = i === 0 ? -Infinity : kill.at;
    const to = kills[i + 1]?.at ?? Infinity;
    const ended = calls.filter(({ end }) => end >= from && end < to);
    const count = (outcome: Create['outcome']): number => ended.filter((o) => o.outcome === outcome).length;
    const gaps = partitions.map((p) => longestGap(history, p, kill.at, to));
    return {
      ...kill,
      acknowledged: count('ok'),
      rejected: count('rejected'),
      unknown: count('unknown'),
      ...(kill.moment === 'creating' && { longestGapMs: Math.max(...gaps) }),
    };
  });
}
