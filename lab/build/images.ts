/** The lab's container images. */
import { LAB_TOOL_IMAGE, LAB_WORKER_IMAGE } from '../../helpers/settings.ts';
import { PAUSE_IMAGE } from '../machines/configuration.ts';
import type { Engine } from './engine.ts';
import { buildProgram, WORKER } from './go-binary.ts';
import { image } from './image.ts';
import type { Making } from './making.ts';
import { toolRoot } from './root-file-systems.ts';

const steps = import.meta.url;

/** Returns the OCI archives of the pause, tool, worker and engine images. */
export async function buildImages(making: Making, engine: Engine): Promise<string[]> {
  return Promise.all([pauseImage(making), toolImage(making), workerImage(making), engine.build(making)]);
}

function pauseImage(making: Making): Promise<string> {
  return image(making, {
    reference: PAUSE_IMAGE,
    ingredients: [],
    steps,
    fill: async (buildah, container) => {
      await buildah('add', container, '/bin/busybox', '/busybox');
      await buildah('config', '--entrypoint', '["/busybox","sleep","2147483647"]', container);
    },
  });
}

async function toolImage(making: Making): Promise<string> {
  const root = await toolRoot(making);
  return image(making, {
    reference: LAB_TOOL_IMAGE,
    ingredients: [root],
    steps,
    fill: async (buildah, container) => {
      await buildah('add', container, root, '/');
      await buildah('config', '--cmd', '["sleep","infinity"]', container);
    },
  });
}

async function workerImage(making: Making): Promise<string> {
  const worker = await buildProgram(making, WORKER);
  return image(making, {
    reference: LAB_WORKER_IMAGE,
    ingredients: [worker],
    steps,
    fill: async (buildah, container) => {
      await buildah('add', container, worker, '/worker');
      await buildah('add', container, '/usr/bin/tini-static', '/tini');
      // tini is PID 1, so that the worker is an ordinary process and can be killed from inside the pod.
      await buildah('config', '--entrypoint', '["/tini","--","/worker"]', container);
    },
  });
}
