/** Brings the lab up, or finds that it is up already. */
import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { InvalidSetting, type Settings } from '../helpers/settings.ts';
import { seconds } from '../helpers/wait/deadline.ts';
import { zeebeImage } from './build/images.ts';
import { releaseIn, type Release } from './build/release.ts';
import { makeCgroups } from './cgroups.ts';
import { tearDown } from './down.ts';
import { checkHost } from './host.ts';
import { CONTROL, layoutOf, MACHINES, NODES, type Layout } from './layout.ts';
import { withLock } from './lock.ts';
import { configureControl, configureNode } from './machines/configuration.ts';
import { switchOn, type Parts } from './machines/machine.ts';
import { makeBridge } from './network.ts';
import { ensurePackages } from './packages.ts';
import { makeParts } from './parts.ts';
import { makePki } from './pki.ts';
import { Progress } from './progress.ts';
import { connectLab, isServing, statusOf, writeRunning, type Running } from './status.ts';
import { applyStorageClass, applyZeebe, LAB_STORAGE_CLASS, untilZeebeReady } from './zeebe/deploy.ts';
import type { Deployment } from './zeebe/manifests.ts';
import { planNamed } from './zeebe/plans.ts';

/** The kubeconfig of a lab that runs the wanted plan, and whether it was up before. */
export interface Lab {
  readonly kubeconfig: string;
  readonly reused: boolean;
}

/**
 * Returns when the lab runs the plan with the settings' engine and every Zeebe pod is ready.
 *
 * A lab with another plan or engine, or one that came up half-way, is taken down first. A second `up` waits for the
 * first and then finds the lab there.
 *
 * @throws UnfitHost before anything is touched, if the host cannot run the lab
 * @throws InvalidSetting likewise, if there is no engine to run
 */
export async function up(settings: Settings, planName: string): Promise<Lab> {
  const layout = layoutOf(settings);
  const progress = new Progress(layout.cache);
  return withLock(
    layout.state,
    () => progress.say('waiting for another `up` or `down`'),
    async () => {
      const release = await releaseFor(settings);
      const wanted = { plan: planNamed(planName).name, namespace: settings.namespace, engine: named(release) };
      const status = await statusOf(layout);
      if (status.state === 'up' && inWords(status.running) === inWords(wanted))
        return { kubeconfig: layout.kubeconfig, reused: true };

      // A lab that is there uses the memory that it will need, so that its own use is no reason to refuse.
      await checkHost(layout, { memory: status.state === 'down' });
      await ensurePackages(progress, settings.mayInstall);
      if (status.state === 'up') progress.say(`it runs ${inWords(status.running)}; changing to ${inWords(wanted)}`);
      if (status.state === 'partial') progress.say(`found a lab that is not whole: ${status.why}`);
      if (status.state !== 'down') await tearDown(layout);
      await bringUp(layout, progress, wanted, release);
      return { kubeconfig: layout.kubeconfig, reused: false };
    },
  );
}

async function releaseFor({ labEngine }: Settings): Promise<Release> {
  if (labEngine === 'open')
    throw new InvalidSetting(
      'The lab has no engine of its own yet: CHAOS_LAB_ENGINE is expected to be the path of a Zeebe release archive, found none.',
    );
  return releaseIn(labEngine);
}

function named({ version }: Release): string {
  return `Zeebe ${version}`;
}

type Wanted = Pick<Running, 'plan' | 'namespace' | 'engine'>;

function inWords({ plan, namespace, engine }: Wanted): string {
  return `${plan} with ${engine} in namespace ${namespace}`;
}

async function bringUp(layout: Layout, progress: Progress, wanted: Wanted, release: Release): Promise<void> {
  rmSync(layout.logs, { recursive: true, force: true });
  for (const folder of [layout.logs, layout.building, layout.state, layout.volumes])
    mkdirSync(folder, { recursive: true });
  const parts = await makeParts(layout, progress, release);
  const deployment: Deployment = {
    plan: planNamed(wanted.plan),
    namespace: wanted.namespace,
    image: zeebeImage(release),
    storageClass: LAB_STORAGE_CLASS,
  };
  await progress.phase('starting Kubernetes', () => startKubernetes(layout, parts));
  await progress.phase(`starting ${wanted.engine} as ${wanted.plan}`, () => startZeebe(layout, deployment));
  writeRunning(layout, { ...wanted, ...parts });
}

async function startKubernetes(layout: Layout, parts: Parts): Promise<void> {
  makeCgroups();
  await Promise.all([makeBridge(), makePki(layout)]);
  configureControl(layout, CONTROL);
  for (const node of NODES) configureNode(layout, node);
  for (const machine of MACHINES) await switchOn(layout, machine, parts);
  const end = Date.now() + 60 * seconds;
  while (!(await isServing(layout))) {
    if (Date.now() > end)
      throw new Error(
        `The lab's API server was expected to be ready within 60 s; see ${layout.logs}/kube-apiserver.log.`,
      );
    await delay(100);
  }
}

async function startZeebe(layout: Layout, deployment: Deployment): Promise<void> {
  const kubernetes = connectLab(layout);
  await applyStorageClass(kubernetes);
  await applyZeebe(kubernetes, deployment);
  await untilZeebeReady(kubernetes, deployment, 180 * seconds);
}
