/** `npm run testbench -- run`: starts a bench run, follows it, and hands its results on. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchResult } from '../reports/bench-result.ts';
import { seconds } from '../helpers/wait/deadline.ts';
import type { ZeebeClient } from '../helpers/zeebe/client.ts';
import { isGone, ZeebeError } from '../helpers/zeebe/errors.ts';
import type { BenchCluster } from './clusters.ts';
import { BENCH_PROCESS, resultsJobOf } from './models.ts';
import type { Outcome } from './outcome.ts';
import { askStatus, spellStatus } from './status.ts';

/** What a bench run is started with. */
export interface BenchRun {
  readonly clusters: readonly BenchCluster[];
  /** The suite of clusters that name no plan. */
  readonly suite: string;
  /** Names within the suite; empty means all. */
  readonly experiments: readonly string[];
  readonly stopAtFirstFailure: boolean;
  /** ISO 8601 durations; undefined leaves it to the model. */
  readonly experimentTimeout?: string | undefined;
  readonly clusterTimeout?: string | undefined;
}

/** The variables that a bench run ends with. */
export interface BenchOutcome {
  /** In the form of Zeebe's own test bench: `production-m/<experiment> completed successfully`. */
  readonly results: readonly string[];
  readonly testReport: BenchResult & { readonly metaData: { readonly results: readonly string[] } };
  readonly outcomes: readonly Outcome[];
}

/** Starts a bench run under a name of its own. */
export async function startBench(client: ZeebeClient, run: BenchRun): Promise<{ bench: string; key: bigint }> {
  const bench = `bench-${randomUUID().slice(0, 8)}`;
  try {
    const { key } = await client.createInstance({ processId: BENCH_PROCESS, variables: { bench, ...run } });
    return { bench, key };
  } catch (error) {
    if (!isGone(error)) throw error;
    throw new Error(
      `The bench's Zeebe is expected to have the process ${BENCH_PROCESS}, and does not: run \`npm run testbench -- deploy\` first.`,
      { cause: error },
    );
  }
}

/**
 * Follows a bench run until its end, and returns what it ended with.
 *
 * @param key its process instance, where that is known
 * @param say takes a line for each change of where it is
 * @throws Error if the instance is gone without its results: it was cancelled, or nobody took them for a minute
 */
export async function followBench(
  client: ZeebeClient,
  { bench, key }: { bench: string; key?: bigint },
  say: (line: string) => void,
): Promise<BenchOutcome> {
  const ended = new AbortController();
  const telling = tellStatus(client, bench, say, ended.signal);
  try {
    for (let away = false; ;) {
      try {
        const results = await resultsOf(client, bench);
        if (results) return results;
        if (key !== undefined) await refuseGone(client, bench, key);
        away = false;
      } catch (error) {
        if (!(error instanceof ZeebeError)) throw error;
        // The run goes on without us; what it ends with waits for a minute.
        if (!away) say(`The bench is asked again every second: ${error.message}`);
        away = true;
        await delay(1 * seconds);
      }
    }
  } finally {
    ended.abort();
    await telling;
  }
}

async function resultsOf(client: ZeebeClient, bench: string): Promise<BenchOutcome | undefined> {
  const type = resultsJobOf(bench);
  const [job] = await client.activateJobs({
    type,
    worker: bench,
    max: 1,
    timeout: 10 * seconds,
    requestTimeout: 5 * seconds,
  });
  // They are here; should this fail, the process ends by itself.
  if (job) await client.completeJob(job.key).catch(() => undefined);
  return job?.variables as BenchOutcome | undefined;
}

async function refuseGone(client: ZeebeClient, bench: string, key: bigint): Promise<void> {
  try {
    // The gateway has no call that asks; this one changes nothing.
    await client.setVariables(key, {});
  } catch (error) {
    if (!isGone(error)) throw error;
    throw new Error(
      `Bench run ${bench} is expected to end with results, and process instance ${key} is gone without: it was cancelled, or has ended while the bench did not answer.`,
      { cause: error },
    );
  }
}

async function tellStatus(
  client: ZeebeClient,
  bench: string,
  say: (line: string) => void,
  ended: AbortSignal,
): Promise<void> {
  const said = new Map<string, string>();
  const goesOn = (): boolean => !ended.aborted;
  while (goesOn()) {
    const statuses = await askStatus(client).catch(() => []);
    for (const status of statuses.filter((s) => s.bench === bench)) {
      const line = spellStatus(status);
      if (goesOn() && said.get(status.cluster.name) !== line) say(line);
      said.set(status.cluster.name, line);
    }
    await delay(3 * seconds, undefined, { signal: ended }).catch(() => undefined);
  }
}
