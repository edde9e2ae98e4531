/** Zeebe's own command line, built from its Go client module (Apache-2.0). */
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cached } from './cache.ts';
import type { Layout } from './layout.ts';
import { run } from './run.ts';

export const ZBCTL = { module: 'github.com/camunda/zeebe/clients/go/v8', program: 'cmd/zbctl', version: 'v8.5.6' };

/** Returns the path of zbctl; half a minute on two cores from nothing. */
export function zbctlOf(layout: Layout): Promise<string> {
  const { module, program, version } = ZBCTL;
  return cached(path.join(layout.cache, 'bin'), `zbctl-${version}`, async (target) => {
    const folder = mkdtempSync(path.join(layout.cache, 'zbctl-'));
    try {
      await run(layout, 'go', ['install', `${module}/${program}@${version}`], {
        env: { GOBIN: folder, CGO_ENABLED: '0' },
      });
      renameSync(path.join(folder, 'zbctl'), target);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
