/** The lab's container images, each an OCI archive built from scratch. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { LAB_TOOL_IMAGE } from '../../helpers/settings.ts';
import { cached, contentKey } from '../cache.ts';
import type { Layout } from '../layout.ts';
import { PAUSE_IMAGE } from '../machines/configuration.ts';
import { marked } from '../processes.ts';
import type { Progress } from '../progress.ts';
import { javaRoot, toolRoot } from './root-file-systems.ts';
import { zeebeDistribution } from './zeebe-distribution.ts';

/** The image reference of a Zeebe release on the lab. */
export function zeebeImage(version: string): string {
  return `localhost/zeebe-chaos/zeebe:${version}`;
}

/** Returns the OCI archives of the pause, tool and Zeebe images. */
export async function buildImages(layout: Layout, progress: Progress, zeebeVersion: string): Promise<string[]> {
  return Promise.all([
    pauseImage(layout, progress),
    toolImage(layout, progress),
    brokerImage(layout, progress, zeebeVersion),
  ]);
}

function pauseImage(layout: Layout, progress: Progress): Promise<string> {
  return image(layout, progress, PAUSE_IMAGE, [], async (buildah, container) => {
    await buildah('add', container, '/bin/busybox', '/busybox');
    await buildah('config', '--entrypoint', '["/busybox","sleep","2147483647"]', container);
  });
}

async function toolImage(layout: Layout, progress: Progress): Promise<string> {
  const root = await toolRoot(layout, progress);
  return image(layout, progress, LAB_TOOL_IMAGE, [root], async (buildah, container) => {
    await buildah('add', container, root, '/');
    await buildah('config', '--cmd', '["sleep","infinity"]', container);
  });
}

async function brokerImage(layout: Layout, progress: Progress, version: string): Promise<string> {
  const [root, release] = await Promise.all([javaRoot(layout, progress), zeebeDistribution(layout, progress, version)]);
  return image(layout, progress, zeebeImage(version), [root, release], async (buildah, container) => {
    await buildah('add', container, root, '/');
    await buildah('add', container, release, '/opt');
    const mount = await buildah('mount', container);
    // Where the vendor's image has it, so that manifests fit both.
    await execa('mv', [path.join(mount, `opt/camunda-zeebe-${version}`), path.join(mount, 'usr/local/zeebe')]);
    await buildah('config', '--workingdir', '/usr/local/zeebe', '--entrypoint', '["/usr/bin/tini","--"]', '--cmd', '["/usr/local/zeebe/bin/broker"]', container);
  });
}

type Buildah = (...args: string[]) => Promise<string>;

function image(
  layout: Layout,
  progress: Progress,
  reference: string,
  ingredients: string[],
  fill: (buildah: Buildah, container: string) => Promise<void>,
): Promise<string> {
  // The ingredients' paths carry their own content keys; the steps are in this file.
  const key = contentKey(`text:${reference} ${ingredients.map((file) => path.basename(file)).join(' ')}`, fileURLToPath(import.meta.url));
  const name = `${reference.replace(/^localhost\/zeebe-chaos\//, '').replace(':', '-')}-${key}.oci.tar`;
  return cached(path.join(layout.cache, 'images'), name, (target) =>
    progress.phase(`building image ${reference}`, () => build(layout, target, reference, fill)),
  );
}

async function build(layout: Layout, target: string, reference: string, fill: (buildah: Buildah, container: string) => Promise<void>) {
  const parent = path.join(layout.cache, 'buildah');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, 'build-'));
  const buildah: Buildah = async (...args) => {
    const storage = ['--storage-driver', 'vfs', '--root', path.join(folder, 'root'), '--runroot', path.join(folder, 'run')];
    return (await execa('buildah', [...storage, ...args], { env: { ...marked(layout), BUILDAH_ISOLATION: 'chroot' } })).stdout;
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
