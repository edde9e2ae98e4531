/** `npm run testbench -- worker | deploy [model …] | run --clusters … | status` */
import { parseArgs } from 'node:util';
import { readSettings } from '../helpers/settings.ts';
import type { ZeebeClient } from '../helpers/zeebe/client.ts';
import { DEFAULT_PLAN } from '../lab/zeebe/plans.ts';
import { connectBench } from './bench-zeebe.ts';
import { clustersOf } from './clusters.ts';
import { deploy } from './deploy.ts';
import { namesIn } from './list-job.ts';
import { followBench, startBench, type BenchOutcome, type BenchRun } from './run.ts';
import { askStatus, spellStatus } from './status.ts';
import { work } from './worker.ts';

const settings = readSettings();

const commands: Record<string, (args: string[]) => Promise<void>> = {
  worker: (args) => {
    expectNothing('worker', args);
    return onBench((client) => work(client, settings));
  },
  deploy: (files) => deploy(settings, files),
  run: (args) => {
    const run = benchRunOf(args);
    return onBench(async (client) => {
      const started = await startBench(client, run);
      console.log(`Bench run ${started.bench}, process instance ${started.key}.`);
      process.on('SIGINT', () => {
        console.log(`The run goes on without this terminal; \`npm run testbench -- status\` tells how far it is.`);
        process.exit(130);
      });
      const outcome = await followBench(client, started, (line) => console.log(line));
      print(outcome);
      // Stricter than PASSED, which forgives what was skipped.
      const passed = outcome.outcomes.every(({ verdict }) => verdict === 'passed');
      if (!passed || outcome.outcomes.length === 0) process.exitCode = 1;
    });
  },
  status: (args) => {
    expectNothing('status', args);
    return onBench(async (client) => {
      const statuses = await askStatus(client);
      for (const status of statuses) console.log(`${status.bench} · ${spellStatus(status)}`);
      if (statuses.length === 0) console.log('No bench run is at work.');
    });
  },
};

function benchRunOf(args: string[]): BenchRun {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      clusters: option,
      suite: { ...option, default: DEFAULT_PLAN },
      experiments: option,
      'stop-at-first-failure': { type: 'boolean', default: false },
      'experiment-timeout': option,
      'cluster-timeout': option,
    },
  });
  const { suite } = values;
  const experiments = values.experiments === undefined ? [] : values.experiments.split(',').map((name) => name.trim());
  const clusters = clustersOf(values.clusters ?? '');
  for (const { plan = suite } of clusters) namesIn(plan, experiments);
  return {
    clusters,
    suite,
    experiments,
    stopAtFirstFailure: values['stop-at-first-failure'],
    experimentTimeout: durationOf('experiment-timeout', values['experiment-timeout']),
    clusterTimeout: durationOf('cluster-timeout', values['cluster-timeout']),
  };
}

function durationOf(name: string, value: string | undefined): string | undefined {
  if (value !== undefined && !/^PT(?=\d)(\d+H)?(\d+M)?(\d+S)?$/.test(value))
    throw new Error(`\`--${name}\` is expected to be an ISO 8601 duration such as PT20M, found "${value}".`);
  return value;
}

function print({ results, testReport, outcomes }: BenchOutcome): void {
  console.log('');
  for (const { name, cluster, verdict, reason, durationMs, report } of outcomes) {
    const took = `${(durationMs / 1000).toFixed(1)} s`;
    console.log(
      ` ${verdict.padEnd(8)} ${name} on ${cluster}  ${took}  ${report ?? ''}  ${reason.split('\n')[0] ?? ''}`.trimEnd(),
    );
  }
  console.log(`\n${JSON.stringify(testReport, undefined, 2)}\n\n${JSON.stringify({ results })}`);
}

async function onBench(use: (client: ZeebeClient) => Promise<void>): Promise<void> {
  const bench = await connectBench(settings);
  try {
    await use(bench.client);
  } finally {
    await bench.close();
  }
}

function expectNothing(command: string, args: string[]): void {
  if (args.length > 0) throw new Error(`Nothing is expected after \`${command}\`, found "${args.join(' ')}".`);
}

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
try {
  if (!command)
    throw new Error(
      `Expected one of ${Object.keys(commands).join(', ')} after \`npm run testbench --\`, found "${name}".`,
    );
  await command(args);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
