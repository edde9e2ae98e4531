/** Zeebe's own release, from its Maven artifact. 8.5 is under the Zeebe Community License 1.1, 8.6 under the Camunda License 1.0. */
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cached } from '../cache.ts';
import { run } from '../run.ts';
import type { Making } from './making.ts';

/** Returns the path of the release archive, which unpacks to `camunda-zeebe-<version>/` with `bin/broker`, `bin/gateway`, `bin/zbctl`. */
export function zeebeDistribution({ layout, progress, signal }: Making, version: string): Promise<string> {
  const name = `camunda-zeebe-${version}.tar.gz`;
  return cached(path.join(layout.cache, 'zeebe'), name, (target) =>
    progress.phase(`fetching Zeebe ${version}`, async () => {
      const folder = mkdtempSync(path.join(layout.building, 'zeebe-'));
      const artifact = `io.camunda:camunda-zeebe:${version}:tar.gz`;
      const options = ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`];
      await run(layout, 'mvn', options, { cwd: folder, signal });
      renameSync(path.join(folder, name), target);
      rmSync(folder, { recursive: true });
    }),
  );
}
