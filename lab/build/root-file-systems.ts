/** The Debian root file systems that the lab's images stand on. */
import path from 'node:path';
import { execa } from 'execa';
import { cached, contentKey } from '../cache.ts';
import type { Layout } from '../layout.ts';
import { marked } from '../processes.ts';
import type { Progress } from '../progress.ts';

/** Zeebe 8.5 needs Java 21, which Debian 13 has and Debian 12 has not; tini is there so that Java is not PID 1. */
const JAVA = ['openjdk-21-jre-headless', 'tini'];

/** What tool containers need: `ip` and `ss`, `stress`, `ps`; and nft, since not every kernel has netem. */
const TOOLS = ['iproute2', 'stress', 'procps', 'nftables'];

/** Returns the tar file of Debian 13 with Java. */
export function javaRoot(layout: Layout, progress: Progress): Promise<string> {
  return debianRoot(layout, progress, 'java', JAVA);
}

/** Returns the tar file of Debian 13 with the tools of ephemeral containers. */
export function toolRoot(layout: Layout, progress: Progress): Promise<string> {
  return debianRoot(layout, progress, 'tools', TOOLS);
}

function debianRoot(layout: Layout, progress: Progress, name: string, packages: string[]): Promise<string> {
  const key = contentKey(`text:trixie ${packages.join(' ')}`);
  return cached(path.join(layout.cache, 'roots'), `${name}-${key}.tar`, (target) =>
    progress.phase(`making the ${name} root file system`, async () => {
      const options = ['--variant=minbase', '--format=tar', `--include=${packages.join(',')}`, ...leaveOut];
      await execa('mmdebstrap', [...options, 'trixie', target], { env: marked(layout) });
    }),
  );
}

const leaveOut = ['/usr/share/doc/*', '/usr/share/locale/*', '/usr/share/info/*'].map(
  (pattern) => `--dpkgopt=path-exclude=${pattern}`,
);
