/** A container image built from scratch, as an OCI archive. */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, contentKey } from '../cache.ts';
import { run } from '../run.ts';
import type { Making } from './making.ts';

export type Buildah = (...args: string[]) => Promise<string>;
type Fill = (buildah: Buildah, container: string) => Promise<void>;

/** What an image is made of; the names of the ingredients carry keys of their contents, `steps` is the file that fills it. */
export interface Recipe {
  readonly reference: string;
  readonly ingredients: readonly string[];
  readonly steps: string;
  readonly fill: Fill;
}

/** Returns the path of an image's OCI archive, which is built if the cache has none. */
export function image(making: Making, recipe: Recipe): Promise<string> {
  const { reference, ingredients, steps } = recipe;
  const key = contentKey(
    `text:${reference} ${ingredients.map((file) => path.basename(file)).join(' ')}`,
    fileURLToPath(steps),
    fileURLToPath(import.meta.url),
  );
  const name = `${reference.replace(/^localhost\/zeebe-chaos\//, '').replace(':', '-')}-${key}.oci.tar`;
  return cached(path.join(making.layout.cache, 'images'), name, (target) =>
    making.progress.phase(`building image ${reference}`, () => build(making, target, recipe)),
  );
}

async function build({ layout, signal }: Making, target: string, { reference, fill }: Recipe): Promise<void> {
  const folder = mkdtempSync(path.join(layout.building, 'image-'));
  const storage = [
    '--storage-driver',
    'vfs',
    '--root',
    path.join(folder, 'root'),
    '--runroot',
    path.join(folder, 'run'),
  ];
  const buildah: Buildah = (...args) =>
    run(layout, 'buildah', [...storage, ...args], { env: { BUILDAH_ISOLATION: 'chroot' }, signal });
  try {
    const container = await buildah('from', 'scratch');
    await fill(buildah, container);
    const id = await buildah('commit', '--disable-compression', '--rm', container);
    await buildah('push', '--disable-compression', id, `oci-archive:${target}:${reference}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
