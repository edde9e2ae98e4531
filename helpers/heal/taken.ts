/** What faults that stand in the ledger take from partitions, whoever put them in. */
import { linksOf, type CutMap } from '../faults/disconnect/cut-map.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';

/** Faults that take each of their targets away for a while. */
const TAKING = ['restart', 'terminate', 'snapshot corruption'];

/** Names of pods of which one is as good as gone, for each thing that an entry takes: each link of a cut, each pod that is ended. */
export function takenBy({ kind, targets, undo }: Pick<LedgerEntry, 'kind' | 'targets' | 'undo'>): string[][] {
  if (TAKING.includes(kind)) return targets.map((target) => [target]);
  const { map } = (undo ?? {}) as { readonly map?: CutMap };
  if (kind !== 'disconnect') return [];
  return map ? linksOf(map).map((link) => link.map(({ name }) => name)) : [[...targets]];
}
