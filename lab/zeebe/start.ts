/** Starts the Zeebe that is the lab's own. */
import { seconds } from '../../helpers/wait/deadline.ts';
import type { Layout } from '../layout.ts';
import type { Parts } from '../machines/machine.ts';
import type { Progress } from '../progress.ts';
import { connectLab, writeRunning, type Running } from '../status.ts';
import { applyStorageClass, applyZeebe, LAB_STORAGE_CLASS, untilZeebeReady } from './deploy.ts';
import type { Installation } from './manifests.ts';
import { planNamed } from './plans.ts';

/** What a lab is to run, and where. */
export type Wanted = Pick<Running, 'plan' | 'namespace' | 'engine' | 'image'>;

/** Starts Zeebe in the wanted namespace as the plan says, and records that the lab is up; throws after 3 minutes. */
export async function startZeebe(layout: Layout, progress: Progress, wanted: Wanted, parts: Parts): Promise<void> {
  const deployment: Installation = {
    plan: planNamed(wanted.plan),
    namespace: wanted.namespace,
    image: wanted.image,
    storageClass: LAB_STORAGE_CLASS,
  };
  await progress.phase(`starting ${wanted.engine} as ${wanted.plan}`, async () => {
    const kubernetes = connectLab(layout);
    await applyStorageClass(kubernetes);
    await applyZeebe(kubernetes, deployment);
    await untilZeebeReady(kubernetes, deployment, 180 * seconds);
  });
  writeRunning(layout, { ...wanted, ...parts });
}
