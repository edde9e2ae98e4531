/** What an experiment is called. */
import { basename, dirname } from 'node:path';

/** Names the experiment of a spec file: `production-m/<name>` for `suites/production-m/<name>.test.ts`. */
export function experimentName(specPath: string): string {
  return `${basename(dirname(specPath))}/${basename(specPath).replace(/\.test\.[cm]?[jt]s$/, '')}`;
}
