/**
 * A set-up file of the framework's own tests: each file finds a lab that is steady, whatever the file before has done to
 * it, and leaves no run behind that it has started.
 */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { untilSteady } from '../helpers/cluster/steady.ts';
import { Journal } from '../helpers/journal.ts';
import { readSettings } from '../helpers/settings.ts';
import { minutes } from '../helpers/wait/deadline.ts';
import { down } from '../lab/commands/down.ts';
import { up } from '../lab/commands/up.ts';
import { DEFAULT_PLAN } from '../lab/zeebe/plans.ts';
import { openCluster } from '../fixtures/cluster.ts';
import { endInnerRuns } from './inner/inner-runs.ts';
import { healLeftovers } from '../fixtures/occupy.ts';
import type { Run } from '../helpers/run.ts';

/** What the longest of the framework's recoveries took on a busy machine, with its snapshot sent anew, was 40 s. */
const STEADY = 1 * minutes;

beforeAll(async () => {
  const run = inject('run');
  await up(readSettings(), DEFAULT_PLAN);
  try {
    await healLeftovers(run);
    await steady(run);
  } catch (error) {
    console.error(
      `The lab is taken down and brought up anew: ${error instanceof Error ? error.message : String(error)}`,
    );
    await down(readSettings());
    await up(readSettings(), DEFAULT_PLAN);
    await steady(run);
  }
}, 5 * minutes);

// After each, for those that a timeout has left behind, and after all, for those of a beforeAll.
afterEach(() => endInnerRuns(), 2 * minutes);
afterAll(() => endInnerRuns(), 2 * minutes);

async function steady(run: Run): Promise<void> {
  const journal = new Journal(path.join(run.reports, 'journal.jsonl'), { run: run.id });
  const cluster = await openCluster(run, journal, 'whole lab');
  try {
    await untilSteady(cluster, { within: STEADY });
  } finally {
    await cluster.close();
  }
}
