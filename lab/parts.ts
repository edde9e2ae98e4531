/** Everything the lab is made of, built side by side or taken from the cache. */
import { buildHyperkube } from './build/hyperkube.ts';
import { imageStore } from './build/image-store.ts';
import { buildImages } from './build/images.ts';
import type { Layout } from './layout.ts';
import type { Parts } from './machines/machine.ts';
import type { Progress } from './progress.ts';

/** Returns the lab's parts for a Zeebe release. */
export async function makeParts(layout: Layout, progress: Progress, zeebeVersion: string): Promise<Parts> {
  const [hyperkube, store] = await Promise.all([
    buildHyperkube(layout, progress),
    buildImages(layout, progress, zeebeVersion).then((archives) => imageStore(layout, progress, archives)),
  ]);
  return { hyperkube, imageStore: store };
}
