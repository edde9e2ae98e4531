/** The lab's container images, each an OCI archive built from scratch. */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LAB_TOOL_IMAGE, LAB_WORKER_IMAGE } from '../../helpers/settings.ts';
import { cached, contentKey } from '../cache.ts';
import { PAUSE_IMAGE } from '../machines/configuration.ts';
import { run } from '../run.ts';
import type { Making } from './making.ts';
import type { Release } from './release.ts';
import { javaRoot, toolRoot } from './root-file-systems.ts';
import { buildWorker } from './worker.ts';

/** The image reference of a Zeebe release on the lab. */
export function zeebeImage({ version }: Release): string {
  return `localhost/zeebe-chaos/zeebe:${version}`;
}

/** Returns the OCI archives of the pause, tool, worker and Zeebe images. */
export async function buildImages(making: Making, release: Release): Promise<string[]> {
  return Promise.all([pauseImage(making), toolImage(making), workerImage(making), releaseImage(making, release)]);
}

function pauseImage(making: Making): Promise<string> {
  return image(making, PAUSE_IMAGE, [], async (buildah, container) => {
    await buildah('add', container, '/bin/busybox', '/busybox');
    await buildah('config', '--entrypoint', '["/busybox","sleep","2147483647"]', container);
  });
}

async function toolImage(making: Making): Promise<string> {
  const root = await toolRoot(making);
  return image(making, LAB_TOOL_IMAGE, [root], async (buildah, container) => {
    await buildah('add', container, root, '/');
    await buildah('config', '--cmd', '["sleep","infinity"]', container);
  });
}

async function workerImage(making: Making): Promise<string> {
  const worker = await buildWorker(making);
  return image(making, LAB_WORKER_IMAGE, [worker], async (buildah, container) => {
    await buildah('add', container, worker, '/worker');
    await buildah('add', container, '/usr/bin/tini-static', '/tini');
    // tini is PID 1, so that the worker is an ordinary process and can be killed from inside the pod.
    await buildah('config', '--entrypoint', '["/tini","--","/worker"]', container);
  });
}

async function releaseImage(making: Making, release: Release): Promise<string> {
  const root = await javaRoot(making);
  const ingredients = [root, contentKey(release.archive)];
  return image(making, zeebeImage(release), ingredients, async (buildah, container) => {
    await buildah('add', container, root, '/');
    await buildah('add', container, release.archive, '/opt');
    const mount = await buildah('mount', container);
    // Where the vendor's image has it, so that manifests fit both.
    await run(making.layout, 'mv', [path.join(mount, 'opt', release.folder), path.join(mount, 'usr/local/zeebe')]);
    await buildah(
      'config',
      ...['--workingdir', '/usr/local/zeebe'],
      ...['--entrypoint', '["/usr/bin/tini","--"]'],
      ...['--cmd', '["/usr/local/zeebe/bin/broker"]'],
      container,
    );
  });
}

type Buildah = (...args: string[]) => Promise<string>;
type Fill = (buildah: Buildah, container: string) => Promise<void>;

function image(making: Making, reference: string, ingredients: string[], fill: Fill): Promise<string> {
  // The ingredients' names carry their own content keys; the steps are in this file.
  const key = contentKey(
    `text:${reference} ${ingredients.map((file) => path.basename(file)).join(' ')}`,
    fileURLToPath(import.meta.url),
  );
  const name = `${reference.replace(/^localhost\/zeebe-chaos\//, '').replace(':', '-')}-${key}.oci.tar`;
  return cached(path.join(making.layout.cache, 'images'), name, (target) =>
    making.progress.phase(`building image ${reference}`, () => build(making, target, reference, fill)),
  );
}

async function build({ layout, signal }: Making, target: string, reference: string, fill: Fill) {
  const folder = mkdtempSync(path.join(layout.building, 'image-'));
  const buildah: Buildah = async (...args) => {
    const storage = [
      '--storage-driver',
      'vfs',
      '--root',
      path.join(folder, 'root'),
      '--runroot',
      path.join(folder, 'run'),
    ];
    return run(layout, 'buildah', [...storage, ...args], { env: { BUILDAH_ISOLATION: 'chroot' }, signal });
  };
  try {
    const container = await buildah('from', 'scratch');
    await fill(buildah, container);
    const id = await buildah('commit', '--disable-compression', '--rm', container);
    await buildah('push', '--disable-compression', id, `oci-archive:${target}:${reference}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
