/** Builds the lab's Zeebe job worker as a static binary. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, contentKey } from '../cache.ts';
import { run } from '../run.ts';
import type { Making } from './making.ts';

/** Returns the path of the binary. */
export async function buildWorker({ layout, progress, signal }: Making): Promise<string> {
  const source = fileURLToPath(new URL('../worker', import.meta.url));
  const key = contentKey(source, fileURLToPath(import.meta.url));
  return cached(path.join(layout.cache, 'bin'), `worker-${key}`, (target) =>
    progress.phase('building the job worker', async () => {
      await run(layout, 'go', ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', target, '.'], {
        cwd: source,
        env: { CGO_ENABLED: '0' },
        signal,
      });
    }),
  );
}
