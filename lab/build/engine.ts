/** What the lab runs in place of Zeebe: an engine of our own under an open licence, or a release that the user brings. */
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '../../helpers/settings.ts';
import { contentKey } from '../cache.ts';
import { run } from '../run.ts';
import { buildProgram, ENGINE, programKey } from './go-binary.ts';
import { image } from './image.ts';
import type { Making } from './making.ts';
import { releaseIn, type Release } from './release.ts';
import { javaRoot } from './root-file-systems.ts';

export interface Engine {
  /** As people read it: `zeebe-chaos-engine 0.1.0`, `Zeebe 8.5.8`. */
  readonly name: string;
  /** Its image; another build of it has another reference. */
  readonly image: string;
  /** Returns the OCI archive of its image. */
  readonly build: (making: Making) => Promise<string>;
}

/** Where the vendor's image has a release, so that one set of manifests fits all. */
const HOME = '/usr/local/zeebe';

/** The version of our engine, as lab/engine/main.go has it. */
const VERSION = '0.1.0';

const steps = import.meta.url;

/**
 * Returns the engine that the settings ask for.
 *
 * @throws InvalidSetting if they name a path that is no release archive
 */
export async function engineOf({ labEngine }: Settings): Promise<Engine> {
  return labEngine === 'open' ? openEngine() : releasedEngine(await releaseIn(labEngine));
}

function openEngine(): Engine {
  const reference = `localhost/zeebe-chaos/engine:${programKey(ENGINE)}`;
  return {
    name: `zeebe-chaos-engine ${VERSION}`,
    image: reference,
    build: async (making) => {
      const binary = await buildProgram(making, ENGINE);
      return image(making, {
        reference,
        ingredients: [binary],
        steps,
        fill: async (buildah, container) => {
          // A shell for the start command and for whoever looks into a pod; tini, so that the engine is not PID 1.
          await buildah('add', container, '/bin/busybox', '/bin/busybox');
          const root = await buildah('mount', container);
          await run(making.layout, 'chroot', [root, '/bin/busybox', '--install', '-s', '/bin']);
          await buildah('add', container, '/usr/bin/tini-static', '/usr/bin/tini');
          await buildah('add', container, binary, `${HOME}/bin/engine`);
          addStartScripts(root);
          await buildah('config', '--workingdir', HOME, '--entrypoint', '["/usr/bin/tini","--"]', container);
        },
      });
    },
  };
}

/** Writes `bin/broker` and `bin/gateway`, as a release has them, into a root file system that holds the engine. */
function addStartScripts(root: string): void {
  for (const role of ['broker', 'gateway']) {
    const script = path.join(root, HOME, 'bin', role);
    writeFileSync(script, `#!/bin/sh\nexec "\${0%/*}/engine" ${role} "$@"\n`);
    chmodSync(script, 0o755);
  }
}

function releasedEngine(release: Release): Engine {
  const key = contentKey(release.archive);
  const reference = `localhost/zeebe-chaos/zeebe:${release.version}-${key}`;
  return {
    name: `Zeebe ${release.version}`,
    image: reference,
    build: async (making) => {
      const root = await javaRoot(making);
      return image(making, {
        reference,
        ingredients: [root],
        steps,
        fill: async (buildah, container) => {
          await buildah('add', container, root, '/');
          await buildah('add', container, release.archive, '/opt');
          const mount = await buildah('mount', container);
          await run(making.layout, 'mv', [path.join(mount, 'opt', release.folder), path.join(mount, HOME)]);
          await buildah('config', '--workingdir', HOME, '--entrypoint', '["/usr/bin/tini","--"]', container);
        },
      });
    },
  };
}
