/** The Debian root file systems that the lab's images stand on. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, contentKey } from '../cache.ts';
import { run } from '../run.ts';
import type { Making } from './making.ts';

/** Zeebe 8.5 needs Java 21, which Debian 13 has and Debian 12 has not; tini is there so that Java is not PID 1. */
const JAVA = ['openjdk-21-jre-headless', 'tini'];

/** What tool containers need: `ip` and `ss`, `stress`, `ps`; and nft, since not every kernel has netem. */
const TOOLS = ['iproute2', 'stress', 'procps', 'nftables'];

/** What is asked for in images. */
export const IMAGE_PACKAGES = [...JAVA, ...TOOLS];

/** Returns the tar file of Debian 13 with Java. */
export function javaRoot(making: Making): Promise<string> {
  return debianRoot(making, 'java', JAVA);
}

/** Returns the tar file of Debian 13 with the tools of ephemeral containers. */
export function toolRoot(making: Making): Promise<string> {
  return debianRoot(making, 'tools', TOOLS);
}

function debianRoot({ layout, progress, signal }: Making, name: string, packages: string[]): Promise<string> {
  const key = contentKey(`text:${packages.join(' ')}`, fileURLToPath(import.meta.url));
  return cached(path.join(layout.cache, 'roots'), `${name}-${key}.tar`, (target) =>
    progress.phase(`making the ${name} root file system`, async () => {
      // Only what is free by Debian's guidelines.
      const area = '--components=main';
      const options = ['--variant=minbase', area, '--format=tar', `--include=${packages.join(',')}`, ...leaveOut];
      await run(layout, 'mmdebstrap', [...options, 'trixie', target], { env: { TMPDIR: layout.building }, signal });
    }),
  );
}

const leaveOut = ['/usr/share/doc/*', '/usr/share/locale/*', '/usr/share/info/*'].map(
  (pattern) => `--dpkgopt=path-exclude=${pattern}`,
);
