/** Some rounds of kills with clients at work, and the check of what these were promised. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Loopback } from '../../lab/loopback.ts';
import { seconds } from '../../helpers/wait/deadline.ts';
import { brokenPromises } from '../../helpers/traffic/broken-promises.ts';
import { checkHistory, HistoryTellsNothing } from '../../helpers/traffic/check-history.ts';
import type { ZeebeClient } from '../../helpers/zeebe/client.ts';
import type { History } from '../../helpers/traffic/history.ts';
import type { Key } from '../../helpers/zeebe/keys.ts';
import { startClientLoad, type ClientLoad } from '../../helpers/traffic/load.ts';
import { partitionIds, type Topology } from '../../helpers/zeebe/topology.ts';
import { completedButActive } from './completed.ts';
import { withFigures, type Figures, type Killed } from './figures.ts';
import type { Kill } from './plan.ts';

export type Round = Killed & Figures;

export interface Batch {
  /** Every name that brokers and gateway gave themselves. */
  readonly engine: string;
  readonly rounds: readonly Round[];
  /** Acknowledged instances that are gone. */
  readonly lost: number;
  /** Acknowledged completions that did not last. */
  readonly undone: number;
  /** One sentence for each promise that was broken, or what kept the check from telling. */
  readonly wrong: readonly string[];
}

export interface BatchOptions {
  /** Makes its jobs its own. */
  readonly name: string;
  readonly kills: readonly Kill[];
  /** Milliseconds for the completion of everything. */
  readonly settleWithin: number;
  readonly signal: AbortSignal;
}

/** Instances per second; as many as one core serves beside three brokers. */
const PACE = 40;
const CONCURRENCY = 64;

/** Carries the kills out under load, completes all that was created, and checks the history of both. */
export async function runBatch(cluster: Loopback, client: ZeebeClient, options: BatchOptions): Promise<Batch> {
  const { name: run, kills, settleWithin: within, signal } = options;
  const before = await client.topology({ within: 5 * seconds, signal });
  const partitions = partitionIds(before);
  const load = await startClientLoad(client, { id: run, partitions, pace: PACE, concurrency: CONCURRENCY, signal });
  const done: Killed[] = [];
  let settled: Promise<History> | undefined;
  try {
    for (const kill of kills) {
      if (kill.moment === 'completing') {
        settled = load.settle({ within, signal });
        // Its error is thrown where it is waited for; until then the kill may throw another.
        settled.catch(() => undefined);
      }
      done.push(await killAndStart(cluster, load, kill, signal));
    }
    const history = await (settled ?? load.settle({ within, signal }));
    const rounds = withFigures(done, history, partitions);
    const verdict = verdictOn(history, partitions, await completedButActive(client, history, signal));
    return { engine: namesIn(before), rounds, ...verdict };
  } finally {
    await load.stop();
  }
}

async function killAndStart(cluster: Loopback, load: ClientLoad, kill: Kill, signal: AbortSignal): Promise<Killed> {
  const { moment, brokers, afterMs, downMs } = kill;
  await sleep(afterMs, undefined, { signal });
  const at = Date.now();
  await cluster.kill(brokers);
  const stopped = moment === 'creating, for the last time' ? load.stop() : undefined;
  await sleep(downMs, undefined, { signal });
  cluster.start(brokers);
  await cluster.untilWhole();
  const wholeAfterMs = Date.now() - at;
  await stopped;
  return { ...kill, at, wholeAfterMs };
}

function verdictOn(
  history: History,
  partitions: readonly number[],
  active: readonly Key[],
): Pick<Batch, 'lost' | 'undone' | 'wrong'> {
  const again =
    active.length === 0
      ? []
      : [`${active.length} completed instances are active, such as ${active.slice(0, 3).join(', ')}.`];
  try {
    const report = checkHistory(history, { partitions });
    const undone = new Set([...report.completedTwice, ...active]).size;
    return { lost: report.lost.length, undone, wrong: [...brokenPromises(report), ...again] };
  } catch (error) {
    if (!(error instanceof HistoryTellsNothing)) throw error;
    return { lost: 0, undone: active.length, wrong: [error.message, ...again] };
  }
}

function namesIn({ brokers, gatewayVersion }: Topology): string {
  return [...new Set([gatewayVersion, ...brokers.map((broker) => broker.version)])].join(', ');
}
