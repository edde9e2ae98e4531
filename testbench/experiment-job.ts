/** The job that is one experiment on one cluster. */
import os from 'node:os';
import path from 'node:path';
import { seconds } from '../helpers/wait/deadline.ts';
import type { Job, ZeebeClient } from '../helpers/zeebe/client.ts';
import { hasVerdict, isBenchBroken, outcomeOfChild } from './child-outcome.ts';
import { startChild, type RunningChild } from './child-run.ts';
import { settingsOf, type BenchCluster } from './clusters.ts';
import { keepJob, untilTold } from './held-job.ts';
import { BENCH_BROKEN } from './models.ts';
import { withoutVerdict, type Outcome } from './outcome.ts';
import { ToldProgress } from './told-progress.ts';

interface ExperimentVariables {
  readonly bench: string;
  readonly cluster: BenchCluster;
  /** `production-m/<experiment>` */
  readonly experiment: string;
}

/** How a worker does jobs. */
export interface Doing {
  readonly client: ZeebeClient;
  readonly worker: string;
  /** The folder below which each experiment has one of its own. */
  readonly reports: string;
  readonly say: (line: string) => void;
  /** Called with each experiment that begins, so that it can be interrupted. */
  readonly onChild: (child: RunningChild) => void;
  /** Whether the worker was told to end. */
  readonly isEnding: () => boolean;
}

/**
 * Runs the experiment and ends its job with the outcome. The job is handed back where the namespace is in use, or where
 * the worker was told to end before there was a verdict, and left alone where its process has gone on without it.
 */
export async function runExperiment(doing: Doing, job: Job): Promise<void> {
  const { client, say } = doing;
  const { cluster, experiment } = job.variables as unknown as ExperimentVariables;
  const title = `${experiment} on ${cluster.name}`;
  say(`${title} begins`);
  const ended = new AbortController();
  let child: RunningChild | undefined;
  const kept = keepJob(client, job, ended.signal, () => {
    say(`${title}: its job is gone; the experiment ends`);
    child?.interrupt();
  });
  try {
    const end = await endOf(doing, job, (begun) => {
      child = begun;
      doing.onChild(begun);
    });
    say(`${title}: ${end.words}`);
    if (end.isPutOff) {
      ended.abort();
      await kept;
    }
    // What became of it is lost with the worker: the job is kept until Zeebe knows.
    await untilTold(() => end.tell(), say);
  } finally {
    ended.abort();
    if (!(await kept)) say(`${title}: ended without a job`);
  }
}

/** How a job ends. */
interface End {
  readonly words: string;
  /** Whether the job is to be kept no longer, so that it times out. */
  readonly isPutOff?: boolean;
  tell(): Promise<void>;
}

async function endOf(doing: Doing, job: Job, onChild: (child: RunningChild) => void): Promise<End> {
  const { client, worker, say } = doing;
  const { bench, cluster, experiment } = job.variables as unknown as ExperimentVariables;
  const began = Date.now();
  const settings = settingsOf(cluster, process.env);
  if (settings === undefined) {
    const reason = `A cluster is expected to be named lab, or to have a context and a namespace; found ${JSON.stringify(cluster)}.`;
    return completed(client, job, withoutVerdict(experiment, cluster.name, reason));
  }
  const run = `${folderOf(experiment)}-${job.key}-${began}`;
  const reports = path.join(doing.reports, bench, folderOf(cluster.name), run);
  const progress = new ToldProgress(client, job, { experiment, worker });
  const onLine = (line: string): void => {
    progress.take(line);
    say(`${cluster.name} | ${line}`);
  };
  const child = startChild({ experiment, env: settings, reports, onLine });
  onChild(child);
  const ending = await child.ended;
  progress.end();
  if (ending.refusal?.inUse) return putOff(client, job, ending.refusal.refused);
  if (doing.isEnding() && !hasVerdict(ending)) return handedBack(client, job, `Worker ${worker} was told to end.`);
  const outcome = outcomeOfChild(ending, experiment, cluster.name, began);
  const told: Outcome = { ...outcome, worker, report: `${os.hostname()}:${reports}` };
  return isBenchBroken(ending) ? benchBroken(client, job, told) : completed(client, job, told);
}

function completed(client: ZeebeClient, job: Job, outcome: Outcome): End {
  return { words: inWords(outcome), tell: () => client.completeJob(job.key, { outcome }) };
}

function benchBroken(client: ZeebeClient, job: Job, outcome: Outcome): End {
  const error = { code: BENCH_BROKEN, message: outcome.reason, variables: { outcome } };
  return { words: inWords(outcome), tell: () => client.throwError(job.key, error) };
}

/** Its retries stay as they are: nobody has failed. */
function handedBack(client: ZeebeClient, job: Job, message: string): End {
  const tell = (): Promise<void> => client.failJob(job.key, { retries: job.retries, message });
  return { words: `handed back. ${message}`, tell };
}

/**
 * Lets it time out in 5 s, so that other experiments have their turn before. A failure with a back-off would do the same,
 * but jobs are reported that did not come back after one (camunda/camunda#16884).
 */
function putOff(client: ZeebeClient, job: Job, why: string): End {
  const tell = (): Promise<void> => client.updateJobTimeout(job.key, 5 * seconds);
  return { words: `handed back. ${why}`, isPutOff: true, tell };
}

function inWords({ verdict, reason }: Outcome): string {
  return `${verdict} ${reason}`.trimEnd();
}

function folderOf(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '-');
}
