import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connect } from '../helpers/kubernetes/connection.ts';
import { removeNamespace } from '../helpers/kubernetes/remove-namespace.ts';
import { readSettings } from '../helpers/settings.ts';
import { minutes, seconds } from '../helpers/wait/deadline.ts';
import { BENCH_NAMESPACE, connectBench, type BenchZeebe } from './bench-zeebe.ts';
import { deploy } from './deploy.ts';
import { EXPERIMENT_JOB, LIST_JOB } from './models.ts';
import { followBench, startBench } from './run.ts';

const EXPERIMENTS = ['one', 'two'];

/** How long a simulated experiment takes, in ms; it takes its worker's whole time, as a real one does. */
const TAKES = 200;

let bench: BenchZeebe;

beforeAll(async () => {
  await deploy(readSettings(), []);
  bench = await connectBench(readSettings());
}, 5 * minutes);

afterAll(async () => {
  await bench.close();
  const { context, kubeconfig = '' } = inject('run');
  await removeNamespace(connect(context, kubeconfig), BENCH_NAMESPACE, 2 * minutes);
}, 3 * minutes);

/** Takes experiments until it is told to end, one at a time, each of which passes. */
async function simulateWorker(worker: string, ended: AbortSignal): Promise<void> {
  const { client } = bench;
  const query = { worker, max: 1, timeout: 10 * seconds, requestTimeout: 1 * seconds };
  while (!ended.aborted) {
    for (const job of await client.activateJobs({ ...query, type: EXPERIMENT_JOB })) {
      const { experiment, cluster } = job.variables as { experiment: string; cluster: { name: string } };
      const startTime = Date.now();
      await delay(TAKES);
      const outcome = {
        name: experiment,
        cluster: cluster.name,
        verdict: 'passed',
        startTime,
        endTime: Date.now(),
        worker,
      };
      await client.completeJob(job.key, { outcome });
    }
  }
}

async function simulateLister(ended: AbortSignal): Promise<void> {
  const query = { type: LIST_JOB, worker: 'lister', max: 32, timeout: 10 * seconds, requestTimeout: 1 * seconds };
  while (!ended.aborted) {
    const jobs = await bench.client.activateJobs(query);
    await Promise.all(jobs.map(({ key }) => bench.client.completeJob(key, { planned: EXPERIMENTS })));
  }
}

/** Tests that many clusters with that many workers; returns how long it took in ms. */
async function testClusters(count: number, workers: number): Promise<number> {
  const names = Array.from({ length: count }, (_, n) => `cluster-${String(n).padStart(2, '0')}`);
  const ended = new AbortController();
  const work = Array.from({ length: workers }, (_, n) => simulateWorker(`worker-${n}`, ended.signal));
  const all = Promise.all([simulateLister(ended.signal), ...work]);
  const begun = performance.now();
  const clusters = names.map((name) => ({ name }));
  const run = { clusters, suite: 'simulated', experiments: [], stopAtFirstFailure: false };
  const outcome = followBench(bench.client, await startBench(bench.client, run), () => undefined);
  // A worker that cannot go on says why, where the bench would wait for ever.
  await Promise.race([outcome, all]).finally(() => ended.abort());
  const { results, testReport } = await outcome;
  const took = performance.now() - begun;
  await all;
  expect(results).toEqual(names.flatMap((name) => EXPERIMENTS.map((e) => `${e} completed successfully on ${name}`)));
  expect(testReport).toMatchObject({ testResult: 'PASSED', failureCount: 0 });
  return took;
}

test(
  '20 clusters: every result arrives, in a time that grows with clusters ÷ workers',
  { timeout: 3 * minutes },
  async () => {
    const alone = await testClusters(20, 1);
    const half = await testClusters(10, 1);
    const four = await testClusters(20, 4);
    console.log(
      `20 clusters, 1 worker: ${alone.toFixed(0)} ms; 10, 1: ${half.toFixed(0)} ms; 20, 4: ${four.toFixed(0)} ms`,
    );
    const work = 20 * EXPERIMENTS.length * TAKES;
    expect(alone).toBeGreaterThanOrEqual(work);
    expect(half / alone).toBeLessThan(0.75);
    expect(four / alone).toBeLessThan(0.5);
  },
);
