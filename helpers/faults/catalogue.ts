/** Every fault by name, with what it needs of the cluster. */
import { disconnectNeeds } from './disconnect.ts';
import type { FaultNeeds } from './needs.ts';
import { restartNeeds } from './restart.ts';
import { snapshotCorruptionNeeds } from './snapshot-corruption.ts';
import { stressNeeds } from './stress.ts';
import { terminateNeeds } from './terminate.ts';

export const faults = {
  disconnect: disconnectNeeds,
  restart: restartNeeds,
  terminate: terminateNeeds,
  stress: stressNeeds,
  'snapshot corruption': snapshotCorruptionNeeds,
} as const satisfies Record<string, FaultNeeds>;

export type FaultName = keyof typeof faults;
