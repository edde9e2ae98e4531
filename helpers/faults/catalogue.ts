/** Every fault by name, with what it needs of the cluster, and how one that a run has left is undone. */
import { disconnectNeeds, recoverDisconnect } from './disconnect/disconnect.ts';
import type { FaultNeeds, Recover } from '../chaos/needs.ts';
import { recoverRestart, restartNeeds } from './restart/restart.ts';
import { recoverSnapshot, snapshotCorruptionNeeds } from './snapshot-corruption/snapshot-corruption.ts';
import { recoverStress, stressNeeds } from './stress/stress.ts';
import { recoverTermination, terminateNeeds } from './terminate/terminate.ts';

export const faults = {
  disconnect: { ...disconnectNeeds, recover: recoverDisconnect },
  restart: { ...restartNeeds, recover: recoverRestart },
  terminate: { ...terminateNeeds, recover: recoverTermination },
  stress: { ...stressNeeds, recover: recoverStress },
  'snapshot corruption': { ...snapshotCorruptionNeeds, recover: recoverSnapshot },
} as const satisfies Record<string, FaultNeeds & { recover: Recover }>;

export type FaultName = keyof typeof faults;
