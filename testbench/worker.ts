/** A test worker: takes experiments from the bench, one at a time, and runs them. */
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from '../helpers/settings.ts';
import { seconds } from '../helpers/wait/deadline.ts';
import type { Job, ZeebeClient } from '../helpers/zeebe/client.ts';
import { isGone } from '../helpers/zeebe/errors.ts';
import type { RunningChild } from './child-run.ts';
import { runExperiment } from './experiment-job.ts';
import { JOB_TIMEOUT } from './held-job.ts';
import { answerList } from './list-job.ts';
import { EXPERIMENT_JOB, LIST_JOB } from './models.ts';

/** Works until the process is told to end; then hands back what it does, with the faults undone. */
export async function work(client: ZeebeClient, settings: Settings): Promise<void> {
  const worker = `${os.hostname()}-${process.pid}`;
  let ending = false;
  let child: RunningChild | undefined;
  let last = 0;
  const end = (signal: NodeJS.Signals): void => {
    // One Ctrl-C comes from the terminal, and from npm, which hands it on.
    if (Date.now() - last < 1 * seconds) return;
    last = Date.now();
    console.log(`${signal}: ${child ? 'ending the experiment' : 'ending'}.`);
    ending = true;
    child?.interrupt();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  const doing = {
    client,
    worker,
    reports: path.join(settings.reports, 'testbench'),
    say: (line: string): void => console.log(line),
    onChild: (begun: RunningChild): void => {
      child = begun;
    },
    isEnding: () => ending,
  };
  console.log(`Test worker ${worker} takes experiments; Ctrl-C ends it.`);
  await Promise.all([
    takeJobs(client, LIST_JOB, worker, doing.isEnding, (job) => answerList(client, job)),
    takeJobs(client, EXPERIMENT_JOB, worker, doing.isEnding, async (job) => {
      await runExperiment(doing, job).finally(() => (child = undefined));
    }),
  ]);
}

async function takeJobs(
  client: ZeebeClient,
  type: string,
  worker: string,
  isEnding: () => boolean,
  handle: (job: Job) => Promise<void>,
): Promise<void> {
  const query = { type, worker, max: 1, timeout: JOB_TIMEOUT, requestTimeout: 5 * seconds };
  const handBack = (job: Job): Promise<void> =>
    client.failJob(job.key, { retries: job.retries, message: `Worker ${worker} was told to end.` });
  let away = false;
  while (!isEnding()) {
    try {
      // Not cut short: a job that was activated for a call that is cancelled stays away until its time-out.
      const jobs = await client.activateJobs(query);
      if (away) console.log('The bench answers again.');
      away = false;
      for (const job of jobs) await (isEnding() ? handBack(job) : handle(job));
    } catch (error) {
      // Its process has gone on without it.
      if (isGone(error)) continue;
      if (!away) console.error(`The bench is asked again every second: ${messageOf(error)}`);
      away = true;
      await delay(1 * seconds);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
