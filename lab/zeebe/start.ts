/** Starts the Zeebe that is the lab's own. */
import { seconds } from '../../helpers/wait/deadline.ts';
import type { Layout } from '../layout.ts';
import type { Parts } from '../machines/machine.ts';
import type { Progress } from '../progress.ts';
import { connectLab, writeRunning, type Running } from '../status.ts';
import { applyOnLab, applyStorageClass, untilZeebeReady } from './deploy.ts';
import { planNamed } from './plans.ts';
import { shapeInWords } from './shapes.ts';

/** What a lab is to run, and where. */
export type Wanted = Pick<Running, 'plan' | 'namespace' | 'shape' | 'engine' | 'image'>;

/** Starts Zeebe in the wanted namespace as the plan says, and records that the lab is up; throws after 3 minutes. */
export async function startZeebe(layout: Layout, progress: Progress, wanted: Wanted, parts: Parts): Promise<void> {
  const { plan, namespace, shape, image } = wanted;
  await progress.phase(`starting ${wanted.engine} as ${wanted.plan}${shapeInWords(shape)}`, async () => {
    const kubernetes = connectLab(layout);
    await applyStorageClass(kubernetes);
    const deployment = await applyOnLab(kubernetes, { plan: planNamed(plan), namespace, shape, image }, layout);
    await untilZeebeReady(kubernetes, deployment, 180 * seconds);
  });
  writeRunning(layout, { ...wanted, ...parts });
}
