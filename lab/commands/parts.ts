/** Everything the lab is made of, built side by side or taken from the cache. */
import { buildHyperkube } from '../build/hyperkube.ts';
import { imageStore } from '../build/image-store.ts';
import { buildImages } from '../build/images.ts';
import type { Engine } from '../build/engine.ts';
import type { Layout } from '../layout.ts';
import type { Parts } from '../machines/machine.ts';
import type { Progress } from '../progress.ts';

/** Returns the lab's parts for an engine; a step that fails ends the others. */
export async function makeParts(layout: Layout, progress: Progress, engine: Engine): Promise<Parts> {
  const failed = new AbortController();
  const making = { layout, progress, signal: failed.signal };
  const steps = [
    buildHyperkube(making),
    buildImages(making, engine).then((archives) => imageStore(making, archives)),
  ] as const;
  try {
    const [hyperkube, store] = await Promise.all(steps);
    return { hyperkube, imageStore: store };
  } catch (error) {
    failed.abort();
    await Promise.allSettled(steps);
    throw error;
  }
}
