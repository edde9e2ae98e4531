/** Brings the lab up, or finds that it is up already. */
import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { takeRunLease, type RunLease } from '../../helpers/ledger/run-lease.ts';
import type { Settings } from '../../helpers/settings.ts';
import { seconds } from '../../helpers/wait/deadline.ts';
import { engineOf, type Engine } from '../build/engine.ts';
import { makeCgroups } from '../cgroups.ts';
import { tearDown } from './down.ts';
import { checkHost } from '../host.ts';
import { CONTROL, layoutOf, MACHINES, NODES, type Layout } from '../layout.ts';
import { withLock } from '../lock.ts';
import { configureControl, configureNode } from '../machines/configuration.ts';
import { switchOn, type Parts } from '../machines/machine.ts';
import { makeBridge } from '../network.ts';
import { ensurePackages } from '../packages.ts';
import { untilNodesReady } from '../nodes.ts';
import { makeParts } from './parts.ts';
import { makePki } from '../pki.ts';
import { Progress } from '../progress.ts';
import { connectLab, isServing, NO_PLAN, statusOf, writeRunning, type Running } from '../status.ts';
import { planNamed } from '../zeebe/plans.ts';
import { removeZeebe } from '../zeebe/remove.ts';
import { shapeInWords } from '../zeebe/shapes.ts';
import { startZeebe, type Wanted } from '../zeebe/start.ts';

/** The kubeconfig of a lab that runs the wanted plan, and whether it was up before. */
export interface Lab {
  readonly kubeconfig: string;
  readonly reused: boolean;
}

/**
 * Returns when the lab runs the plan with the settings' engine, in their shape, and every Zeebe pod is ready.
 *
 * A lab with another plan or shape gets a new Zeebe in its place; one with another engine or namespace, or one that came up
 * half-way, is taken down first. A second `up` waits for the
 * first and then finds the lab there.
 *
 * @throws UnfitHost before anything is touched, if the host cannot run the lab; Error if a run is at work on the Zeebe
 * that would have to be replaced
 * @throws InvalidSetting before anything is touched, if the engine that they name is none
 */
export async function up(settings: Settings, planName: string): Promise<Lab> {
  const layout = layoutOf(settings);
  const progress = new Progress(layout.cache);
  return withLock(
    layout.state,
    () => progress.say('waiting for another `up` or `down`'),
    async () => {
      const engine = await engineOf(settings);
      const wanted: Wanted = {
        plan: planNamed(planName).name,
        namespace: settings.namespace,
        shape: settings.labShape,
        engine: engine.name,
        image: engine.image,
      };
      const status = await statusOf(layout);
      if (status.state === 'up' && isAs(status.running, wanted)) return { kubeconfig: layout.kubeconfig, reused: true };

      // A lab that is there uses the memory that it will need, so that its own use is no reason to refuse.
      await checkHost(layout, { memory: status.state === 'down' });
      await ensurePackages(progress, settings.mayInstall);
      if (status.state === 'up') {
        progress.say(`it runs ${inWords(status.running)}; changing to ${inWords(wanted)}`);
        if (await changePlan(layout, progress, wanted, engine, status.running))
          return { kubeconfig: layout.kubeconfig, reused: false };
        await (await labLease(layout, progress, status.running.namespace)).release();
      }
      if (status.state === 'partial') progress.say(`found a lab that is not whole: ${status.why}`);
      if (status.state !== 'down') await tearDown(layout);
      await bringUp(layout, progress, wanted, engine);
      return { kubeconfig: layout.kubeconfig, reused: false };
    },
  );
}

function isAs(running: Wanted, wanted: Wanted): boolean {
  return running.image === wanted.image && inWords(running) === inWords(wanted);
}

function inWords({ plan, namespace, shape, engine }: Wanted): string {
  return `${plan}${shapeInWords(shape)} with ${engine} in namespace ${namespace}`;
}

/** Gives a lab whose other parts are as wanted another Zeebe; returns whether they are. */
async function changePlan(
  layout: Layout,
  progress: Progress,
  wanted: Wanted,
  engine: Engine,
  running: Running,
): Promise<boolean> {
  if (running.image !== wanted.image || running.namespace !== wanted.namespace) return false;
  const parts = await makeParts(layout, progress, engine);
  if (parts.hyperkube !== running.hyperkube || parts.imageStore !== running.imageStore) return false;
  const lease = await labLease(layout, progress, wanted.namespace);
  try {
    // Whoever takes up a change that did not end finds a lab that is up but for its Zeebe.
    writeRunning(layout, { ...running, plan: NO_PLAN });
    await progress.phase(`removing Zeebe as ${running.plan}`, () => removeZeebe(connectLab(layout), wanted.namespace));
    await startZeebe(layout, progress, wanted, parts);
  } finally {
    await lease.release();
  }
  return true;
}

/** Makes sure that no run is at work on the lab's Zeebe; throws NamespaceInUse if one is. */
function labLease(layout: Layout, progress: Progress, namespace: string): Promise<RunLease> {
  const say = (line: string): void => progress.say(line);
  return takeRunLease({ kubernetes: connectLab(layout), namespace, run: 'lab', who: 'which replaces its Zeebe', say });
}

async function bringUp(layout: Layout, progress: Progress, wanted: Wanted, engine: Engine): Promise<void> {
  rmSync(layout.logs, { recursive: true, force: true });
  for (const folder of [layout.logs, layout.building, layout.state, layout.volumes])
    mkdirSync(folder, { recursive: true });
  const parts = await makeParts(layout, progress, engine);
  await progress.phase('starting Kubernetes', () => startKubernetes(layout, parts));
  await startZeebe(layout, progress, wanted, parts);
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
  await untilNodesReady(connectLab(layout), layout, 60 * seconds);
}
