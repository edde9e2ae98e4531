/** Zeebe's own command line, from its release. */
import path from 'node:path';
import { execa } from 'execa';
import { cached } from './cache.ts';
import type { Layout } from './layout.ts';

/** Returns the path of zbctl, unpacked from the release that the lab has fetched. */
export function zbctlOf(layout: Layout, zeebeVersion: string): Promise<string> {
  return cached(path.join(layout.cache, 'bin'), `zbctl-${zeebeVersion}`, async (target) => {
    const release = `camunda-zeebe-${zeebeVersion}`;
    const archive = path.join(layout.cache, 'zeebe', `${release}.tar.gz`);
    await execa('bash', [
      '-c',
      'tar -xzOf "$1" "$2" >"$3" && chmod +x "$3"',
      'bash',
      archive,
      `${release}/bin/zbctl`,
      target,
    ]);
  });
}
