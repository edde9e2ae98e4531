import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { openCluster } from '../fixtures/cluster.ts';
import { declaredExperiments } from '../proofs/declared-experiments.ts';
import { whatIsWrong } from '../reports/control-meaning.ts';
import { faultsLeft, recordsLeft } from '../proofs/leftovers/residue.ts';
import { Journal } from '../helpers/journal.ts';
import { apply } from '../helpers/kubernetes/apply.ts';
import { connect } from '../helpers/kubernetes/connection.ts';
import { removeNamespace } from '../helpers/kubernetes/remove-namespace.ts';
import { takeRunLease } from '../helpers/ledger/run-lease.ts';
import { readSettings } from '../helpers/settings.ts';
import { minutes, seconds } from '../helpers/wait/deadline.ts';
import { eventually } from '../helpers/wait/eventually.ts';
import { readModel } from '../helpers/zeebe/models.ts';
import { benchResultOf } from '../reports/bench-result.ts';
import { BENCH_NAMESPACE, connectBench, type BenchZeebe } from './bench-zeebe.ts';
import { endWorker, testbench, type Command } from './command.ts';
import { labManifests } from './worker-pod.ts';
import { followBench, startBench, type BenchOutcome, type BenchRun } from './run.ts';

const SECOND = 'bench-second';
const REPORTS = path.resolve('reports/out/testbench-test');

const run = inject('run');
const { context, kubeconfig = '', namespace, toolImage, workerImage = '' } = run;
const kubernetes = connect(context, kubeconfig);
const named = { KUBECONFIG: kubeconfig, CHAOS_TOOL_IMAGE: toolImage, CHAOS_WORKER_IMAGE: workerImage };

let bench: BenchZeebe;
const workers: Command[] = [];

function startWorker(env: Record<string, string> = {}, checkout = '.'): Command {
  const worker = testbench(['worker'], { ...named, CHAOS_REPORTS: REPORTS, ...env }, checkout);
  workers.push(worker);
  return worker;
}

async function start(run: Partial<BenchRun>): Promise<{ bench: string; ended: Promise<BenchOutcome> }> {
  const all = { clusters: [{ name: 'lab' }], suite: 'production-m', experiments: [], stopAtFirstFailure: false };
  const started = await startBench(bench.client, { ...all, ...run });
  return { bench: started.bench, ended: followBench(bench.client, started, () => undefined) };
}

/** What is left in the namespace of a cluster under test. */
async function leftIn(name: string): Promise<string[]> {
  const cluster = await openCluster({ ...run, namespace: name }, new Journal(`${REPORTS}/journal.jsonl`, {}), 'left');
  try {
    return [...(await faultsLeft(cluster)), ...(await recordsLeft(cluster))];
  } finally {
    await cluster.close();
  }
}

beforeAll(async () => {
  const { exitCode, output } = await testbench(['deploy']).ended(5 * minutes);
  expect(exitCode, output).toBe(0);
  expect(output).toMatch(/Deployed: testbench, version \d+\nDeployed: testbench-cluster, version \d+/);
  bench = await connectBench(readSettings());
}, 6 * minutes);

afterEach(async ({ task }) => {
  const working = workers.splice(0);
  const said = working.map((worker) => worker.last());
  const ends = await Promise.allSettled(working.map(endWorker));
  const stuck = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
  if (task.result?.state === 'fail' || stuck.length > 0)
    throw new Error(`What the workers said last:\n${[...said, ...stuck].join('\n\n')}`);
}, 3 * minutes);

afterAll(async () => {
  await bench.close();
  const names = [BENCH_NAMESPACE, SECOND, 'zeebe-chaos'];
  await Promise.all(names.map((name) => removeNamespace(kubernetes, name, 2 * minutes)));
}, 3 * minutes);

describe('two clusters, one of them of another plan', () => {
  beforeAll(async () => {
    const { core } = kubernetes;
    const broker = await core.readNamespacedPod({ namespace, name: 'camunda-zeebe-0' });
    const image = broker.spec?.containers[0]?.image ?? '';
    const options = ['--context', context, '--namespace', SECOND, '--image', image, '--plan', 'production-s'];
    await execa('npm', ['run', 'lab', '--', 'deploy', ...options], { env: named });
  }, 3 * minutes);

  test(
    'are tested side by side, each experiment to one end, also when a worker is killed half-way',
    { timeout: 12 * minutes },
    async () => {
      const [one, other] = [startWorker(), startWorker()];
      const second = `${context}/${SECOND}`;
      const clusters = `lab,${second}@production-s`;
      // Should a cluster not be steady, the run says so before this test's time is up.
      const limits = ['--experiment-timeout', 'PT4M', '--cluster-timeout', 'PT7M'];
      const experiments = ['--experiments', 'leader-terminate,worker-restart'];
      const run = testbench(['run', '--clusters', clusters, ...experiments, ...limits]);

      const killed = await Promise.any([one, other].map((w) => w.until(/^lab \| .* Action: /m).then(() => w)));
      killed.kill('SIGKILL');
      await run.until(/production-s\/\S+: (Action|Probe|Steady|Client)/);
      const status = async () => {
        const { output } = await testbench(['status']).ended();
        const isTold = new RegExp(`bench-\\S+ · ${second}: [01] of 2`).test(output);
        return { value: isTold || undefined, seen: output };
      };
      // Each answers for itself, and one that is late is left out.
      await eventually(status, { within: 1 * minutes });

      const { exitCode, output } = await run.ended(6 * minutes);
      expect(exitCode, output).toBe(0);
      const { results } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as { results: string[] };
      expect(results).toEqual([
        'production-m/leader-terminate completed successfully on lab',
        'production-m/worker-restart completed successfully on lab',
        `production-s/leader-terminate completed successfully on ${second}`,
        `production-s/worker-restart completed successfully on ${second}`,
      ]);
      expect(await leftIn(namespace)).toEqual([]);
      expect(await leftIn(SECOND)).toEqual([]);
      const [name = ''] = /bench-[0-9a-f]{8}/.exec(output) ?? [];
      // On the lab of the killed worker, of the one that took its experiment over, and of the experiment after that.
      const folders = readdirSync(path.join(REPORTS, 'testbench', name)).sort();
      const spans = folders.map((folder) => spansOf(path.join(REPORTS, 'testbench', name, folder)));
      expect(spans.map(({ length }) => length)).toEqual([3, 2]);
      for (const ofOne of spans) expect(overlapsIn(ofOne)).toEqual([]);
      expect(overlapsIn(spans.flat()), 'the clusters are tested side by side').not.toEqual([]);
    },
  );
});

describe('an experiment', () => {
  test('that fails makes the run FAILED with its message and its time, and stops it if told to', async () => {
    startWorker({ CHAOS_CONTROL: 'refuted' });
    const { ended } = await start({
      experiments: ['follower-terminate', 'leader-terminate'],
      stopAtFirstFailure: true,
    });
    const { outcomes, results, testReport } = await ended;
    expect(outcomes).toMatchObject([{ name: 'production-m/follower-terminate', verdict: 'failed', cluster: 'lab' }]);
    const spec = (await declaredExperiments()).find(({ name }) => name === outcomes[0]?.name);
    expect(spec && whatIsWrong(spec, 'refuted', outcomes[0])).toBeUndefined();
    expect(results).toEqual([]);
    expect(testReport).toEqual({ ...benchResultOf(outcomes), metaData: { results } });
    expect(testReport).toMatchObject({ testResult: 'FAILED', timeOfFirstFailure: outcomes[0]?.endTime });
  });

  test('that is broken is told apart, by the command too', async () => {
    startWorker({ CHAOS_CONTROL: 'no-effect' });
    const { exitCode, output } = await testbench([
      'run',
      '--clusters',
      'lab',
      '--experiments',
      'follower-restart',
    ]).ended();
    expect(exitCode, output).toBe(1);
    expect(output).toContain('"testResult": "FAILED"');
    expect(output).toMatch(/"production-m\/follower-restart \(broken\): FaultWithoutEffect: restart \S+ gracefully/);
    expect(output).toContain('{"results":[]}');
  });

  test('that is not done in time is broken, and ends with nothing left behind', { timeout: 5 * minutes }, async () => {
    const worker = startWorker();
    const { ended } = await start({ experiments: ['stress-cpu-on-broker'], experimentTimeout: 'PT12S' });
    expect((await ended).testReport).toMatchObject({
      testResult: 'FAILED',
      failureMessages: [
        expect.stringMatching(/^production-m\/stress-cpu-on-broker \(broken\): .* within PT12S, and was not/),
      ],
    });
    await worker.until(/stress-cpu-on-broker on lab: its job is gone; the experiment ends/);
    await worker.until(/ended without a job/);
    expect(await leftIn(namespace), worker.output()).toEqual([]);
  });

  test(
    'waits for its namespace, and is handed on by a worker that is told to end',
    { timeout: 10 * minutes },
    async () => {
      const lease = await takeRunLease({ kubernetes, namespace, run: 'other', who: 'of a test', say: () => undefined });
      onTestFinished(() => lease.release());
      const worker = startWorker();
      const { ended } = await start({ experiments: ['deployment-distribution'], clusterTimeout: 'PT5M' });
      await worker.until(/handed back\. One run at a time is expected in namespace \S+, and run other of a test is at/);
      await lease.release();
      await worker.until(/ Action: disconnect/);
      worker.kill('SIGINT');
      expect(await worker.ended()).toMatchObject({ exitCode: 0 });
      expect(worker.output()).toMatch(/deployment-distribution on lab: handed back\. Worker \S+ was told to end\./);
      expect(await leftIn(namespace)).toEqual([]);
      startWorker();
      expect(await ended).toMatchObject({
        outcomes: [{ name: 'production-m/deployment-distribution', verdict: 'passed' }],
        testReport: { testResult: 'PASSED' },
      });
    },
  );
});

describe('a bench run', () => {
  test('of a suite that there is not is broken, and names those that there are', async () => {
    startWorker();
    const { testReport } = await (await start({ suite: 'production-x' })).ended;
    expect(testReport.failureMessages).toEqual([
      'production-x (broken): A suite is expected to be one of extra, production-l, production-m, production-s, found "production-x".',
    ]);
  });

  test('of a cluster that has no place is broken, and runs on no other', async () => {
    startWorker();
    const cluster = { context: 'staging', name: 'staging' };
    const { testReport } = await (await start({ clusters: [cluster], experiments: ['leader-restart'] })).ended;
    expect(testReport.failureMessages).toEqual([
      'production-m/leader-restart (broken): A cluster is expected to be named lab, or to have a context and a namespace; found {"context":"staging","name":"staging"}.',
    ]);
  });

  test('whose worker has a checkout that runs nothing is broken, and goes no further', async () => {
    const checkout = mkdtempSync(path.join(os.tmpdir(), 'zeebe-chaos-checkout-'));
    onTestFinished(() => rmSync(checkout, { recursive: true }));
    cpSync('suites', path.join(checkout, 'suites'), { recursive: true });
    startWorker({ PATH: '/usr/bin:/bin' }, checkout);
    const { testReport } = await (await start({ experiments: ['leader-restart', 'follower-restart'] })).ended;
    expect(testReport.failureMessages).toEqual([
      expect.stringMatching(/^production-m\/leader-restart \(broken\): vitest ended with .* and left no result$/),
    ]);
  });

  test('that is cancelled ends its command', { timeout: 3 * minutes }, async () => {
    const run = testbench(['run', '--clusters', 'lab']);
    const [, key = ''] = await run.until(/process instance (\d+)/);
    await bench.client.cancelInstance(BigInt(key));
    expect(await run.ended()).toMatchObject({ exitCode: 1 });
    expect(run.output()).toContain(`process instance ${key} is gone without`);
  });

  test('that no worker takes ends as broken', async () => {
    const { testReport } = await (await start({ clusterTimeout: 'PT2S' })).ended;
    expect(testReport.failureMessages).toEqual([
      'production-m (broken): a test worker was expected to list the experiments within PT2S, and none did',
    ]);
  });

  test('of no cluster is skipped', async () => {
    expect((await (await start({ clusters: [] })).ended).testReport.testResult).toBe('SKIPPED');
  });

  test('starts by a timer, as in the example', async () => {
    startWorker();
    const name = `daily-${randomUUID()}`;
    const example = String((await readModel('testbench/daily.bpmn')).content);
    const content = example
      .replace('0 0 3 * * *', 'R1/PT1S')
      .replaceAll('testbench-daily', `testbench-${name}`)
      .replace(/source='="daily-" [^']*'/, `source='="${name}"'`)
      .replace(
        'source="=[]" target="experiments"',
        `source="=[&quot;deployment-distribution&quot;]" target="experiments"`,
      );
    await bench.client.deploy([{ name: 'daily.bpmn', content }], { within: 10 * seconds });
    const { results } = await followBench(bench.client, { bench: name }, () => undefined);
    expect(results).toEqual(['production-m/deployment-distribution completed successfully']);
  });
});

// The last one: its worker takes whatever the bench has.
describe('a worker in the cluster that it tests', () => {
  test(
    'has what it needs with the manifests of docs/test-worker.yaml and the Role of docs/role.yaml',
    { timeout: 5 * minutes },
    async () => {
      const role = parse(readFileSync('docs/role.yaml', 'utf8')) as KubernetesObject;
      const manifests = labManifests(toolImage, workerImage);
      await apply(kubernetes, [{ ...role, metadata: { name: 'zeebe-chaos', namespace } }, ...manifests]);
      const name = `inClusterContext/${namespace}`;
      const cluster = { name, context: 'inClusterContext', namespace };
      const { ended } = await start({
        clusters: [cluster],
        experiments: ['deployment-distribution'],
        clusterTimeout: 'PT2M',
      });
      const { outcomes, testReport } = await ended;
      expect(testReport).toMatchObject({ failureMessages: [], testResult: 'PASSED' });
      const worker = expect.stringMatching(/^test-worker-\w+-\w+-1$/) as string;
      expect(outcomes).toMatchObject([{ name: 'production-m/deployment-distribution', worker }]);
      expect(await leftIn(namespace)).toEqual([]);
    },
  );
});

/** From the first to the last line of each run's journal, in their order. */
function spansOf(folder: string): { from: string; to: string }[] {
  // A run that found the namespace in use has a folder and no journal.
  return readdirSync(folder)
    .filter((run) => existsSync(path.join(folder, run, 'journal.jsonl')))
    .map((run) =>
      readFileSync(path.join(folder, run, 'journal.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    )
    .map((lines) => lines.map((line) => (JSON.parse(line) as { time: string }).time))
    .map((times) => ({ from: times[0] ?? '', to: times.at(-1) ?? '' }));
}

function overlapsIn(spans: readonly { from: string; to: string }[]): unknown[] {
  const inOrder = spans.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return inOrder.filter(({ from }, i) => from < (inOrder[i - 1]?.to ?? ''));
}
