/** Every kind of fault, by name. */
import type { FaultFacts } from '../chaos/fault-kind.ts';
import { disconnect } from './disconnect/disconnect.ts';
import { restart } from './restart/restart.ts';
import { snapshotCorruption } from './snapshot-corruption/snapshot-corruption.ts';
import { stress } from './stress/stress.ts';
import { terminate } from './terminate/terminate.ts';

export type FaultName =
  | typeof disconnect.name
  | typeof restart.name
  | typeof terminate.name
  | typeof stress.name
  | typeof snapshotCorruption.name;

export const faults: Readonly<Record<FaultName, FaultFacts>> = {
  [disconnect.name]: disconnect,
  [restart.name]: restart,
  [terminate.name]: terminate,
  [stress.name]: stress,
  [snapshotCorruption.name]: snapshotCorruption,
};

/** What is known of a kind of fault by its name; undefined of what is none, such as the load of clients in the ledger. */
export function factsOf(kind: string): FaultFacts | undefined {
  return Object.values(faults).find(({ name }) => name === kind);
}

/** What proves that these faults hold, in words. */
export function provenBy(names: readonly FaultName[]): string[] {
  return [...new Set(names.map((name) => faults[name].proves))];
}
