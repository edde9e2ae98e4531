/** `npm run testbench -- deploy`: brings the bench's own Zeebe up, where none was named, and its models onto it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Settings } from '../helpers/settings.ts';
import { minutes, seconds } from '../helpers/wait/deadline.ts';
import { retry } from '../helpers/wait/retry.ts';
import { readModel } from '../helpers/zeebe/models.ts';
import { engineOf } from '../lab/build/engine.ts';
import { layoutOf } from '../lab/layout.ts';
import { connectLab, statusOf } from '../lab/status.ts';
import { up } from '../lab/commands/up.ts';
import { applyOnLab, untilZeebeReady } from '../lab/zeebe/deploy.ts';
import { DEFAULT_PLAN, isPlan } from '../lab/zeebe/plans.ts';
import { BENCH_NAMESPACE, BENCH_PLAN, connectBench } from './bench-zeebe.ts';
import { MODELS } from './models.ts';

/**
 * Deploys the bench's models and those in `files`, such as a daily start; doing it again changes nothing.
 *
 * @throws Error naming a file that cannot be read; Error with Zeebe's reason for a model it refuses
 */
export async function deploy(settings: Settings, files: readonly string[]): Promise<void> {
  const own = files.map(async (file) => ({ name: path.basename(file), content: await readFile(file) }));
  const resources = await Promise.all([...MODELS.map((file) => readModel(file)), ...own]);
  if (settings.benchAddress === undefined) await startBenchZeebe(settings);
  const bench = await connectBench(settings);
  try {
    const { processes } = await retry((signal) => bench.client.deploy(resources, { within: 10 * seconds, signal }), {
      title: 'Deploying the models of the test bench',
      within: 30 * seconds,
    });
    for (const { processId, version } of processes) console.log(`Deployed: ${processId}, version ${version}`);
  } finally {
    await bench.close();
  }
}

async function startBenchZeebe(settings: Settings): Promise<void> {
  const layout = layoutOf(settings);
  const status = await statusOf(layout);
  await up(settings, status.state === 'up' && isPlan(status.running.plan) ? status.running.plan : DEFAULT_PLAN);
  const { image } = await engineOf(settings);
  const kubernetes = connectLab(layout);
  const wanted = { plan: BENCH_PLAN, namespace: BENCH_NAMESPACE, shape: 'usual', image } as const;
  const deployment = await applyOnLab(kubernetes, wanted, layout);
  console.log(`The bench's own Zeebe: namespace ${BENCH_NAMESPACE} of the lab; waiting for its pods.`);
  await untilZeebeReady(kubernetes, deployment, 3 * minutes);
}
