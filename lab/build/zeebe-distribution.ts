/** Zeebe's own release, from its Maven artifact. 8.5 is under the Zeebe Community License 1.1, 8.6 under the Camunda License 1.0. */
import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { cached } from '../cache.ts';
import type { Layout } from '../layout.ts';
import { marked } from '../processes.ts';
import type { Progress } from '../progress.ts';

/** Returns the path of the release archive, which unpacks to `camunda-zeebe-<version>/` with `bin/broker`, `bin/gateway`, `bin/zbctl`. */
export function zeebeDistribution(layout: Layout, progress: Progress, version: string): Promise<string> {
  const name = `camunda-zeebe-${version}.tar.gz`;
  return cached(path.join(layout.cache, 'zeebe'), name, (target) =>
    progress.phase(`fetching Zeebe ${version}`, async () => {
      const folder = `${target}.download`;
      mkdirSync(folder, { recursive: true });
      const artifact = `io.camunda:camunda-zeebe:${version}:tar.gz`;
      await execa('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], {
        cwd: folder,
        env: marked(layout),
      });
      renameSync(path.join(folder, name), target);
    }),
  );
}
