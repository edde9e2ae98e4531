/** What clients leave in Zeebe when their run ends before them, and how it is undone. */
import { setTimeout as delay } from 'node:timers/promises';
import { untilSteady } from '../cluster/steady.ts';
import type { Recovery } from '../chaos/fault.ts';
import type { FaultContext } from '../chaos/fault-kind.ts';
import { minutes, seconds } from '../wait/deadline.ts';
import { cancelUnlessEnded } from '../zeebe/cancel.ts';
import type { Operation } from '../traffic/history.ts';
import type { Key } from '../zeebe/keys.ts';
import { SETTLE_JOB_TIMEOUT, settle } from '../traffic/settle.ts';
import type { Leftover } from '../ledger/ledger.ts';

const UNDO_WITHIN = 2 * minutes;

/** The instances of a client load, for the ledger. */
export function clientLoadOf(jobType: string): Leftover {
  return { kind: 'client load', title: `client load ${jobType}`, targets: [], undo: { jobType } };
}

/** An instance that waits for a message, for the ledger. */
export function receiverOf(key: Key): Leftover {
  return { kind: 'receiver', title: `receiver ${key}`, targets: [], undo: { key: `${key}` } };
}

/** Takes up a client load that a run has left. */
export function recoverClientLoad(context: FaultContext, record: unknown): Recovery {
  const { jobType } = record as { jobType: string };
  return completing(context, `client load ${jobType}`, jobType);
}

/** Completes every job of a type, on a cluster that is steady: a partition without a leader would keep its jobs back. */
export function completing(context: FaultContext, title: string, jobType: string): Recovery {
  const complete = async () => {
    const cluster = await context.cluster();
    await untilSteady(cluster, { within: 1 * minutes });
    const history: Operation[] = [];
    await settle(cluster.client, history, { jobType, within: 30 * seconds });
    return history.filter(({ op, outcome }) => op === 'complete' && outcome === 'ok').length;
  };
  let completed = 0;
  return {
    title,
    undoWithin: UNDO_WITHIN,
    undo: async () => {
      completed += await complete();
      // What the run had in hand when it ended comes back now.
      await delay(SETTLE_JOB_TIMEOUT);
    },
    proveGone: async () => ({ 'jobs completed': (completed += await complete()) }),
  };
}

/** Takes up a receiver that a run has left. */
export function recoverReceiver(context: FaultContext, record: unknown): Recovery {
  const key = BigInt((record as { key: string }).key);
  return {
    title: `receiver ${key}`,
    undoWithin: UNDO_WITHIN,
    undo: async () => cancelUnlessEnded((await context.cluster()).client, key, { within: 30 * seconds }),
    proveGone: async () => {
      await cancelUnlessEnded((await context.cluster()).client, key, { within: 30 * seconds });
      return { [`instance ${key}`]: 'ended' };
    },
  };
}
