import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSuite } from '../proofs/inner/run-suite.ts';
import { readSettings } from '../helpers/settings.ts';
import { minutes } from '../helpers/wait/deadline.ts';
import { ENGINE, UNSENT_ENGINE } from './build/go-binary.ts';
import { layoutOf } from './layout.ts';
import { makeRelease, type MadeRelease } from './build/make-release.ts';
import { statusOf } from './status.ts';
import { up } from './commands/up.ts';
import { DEFAULT_PLAN } from './zeebe/plans.ts';

const settings = readSettings();
const layout = layoutOf(settings);

// Real releases are run by those who bring them. What is tried here is the way of an archive to the cluster.
describe.for([
  {
    what: 'an archive laid out as a release is brought up in a root file system with Java, and an experiment runs on it',
    program: ENGINE,
    spec: 'production-m/follower-terminate',
    expected: { verdict: 'passed', engine: 'zeebe-chaos-engine 0.1.0' },
  },
  {
    what: 'an engine that never sends a deployment again is refuted by the experiment that asks for it',
    program: UNSENT_ENGINE,
    spec: 'extra/deployment-resent',
    expected: {
      verdict: 'failed',
      engine: 'zeebe-chaos-engine 0.1.0-planted-unsent',
      reason: expect.stringMatching(/is expected to complete on partition [23]/) as string,
    },
  },
])('$program.title, as a release', ({ what, program, spec, expected }) => {
  let release: MadeRelease;

  beforeAll(async () => {
    release = await makeRelease(layout, program);
  }, 5 * minutes);

  // The other tests of this run expect to find the lab on its own engine.
  afterAll(async () => {
    release.remove();
    await up(settings, DEFAULT_PLAN);
  }, 5 * minutes);

  test(what, { timeout: 10 * minutes }, async () => {
    const run = await runSuite('release', `suites/${spec}`, { CHAOS_LAB_ENGINE: release.archive });
    expect(run.experiments, run.output).toMatchObject([expected]);
    expect(await statusOf(layout)).toMatchObject({ state: 'up', running: { engine: 'Zeebe 0.1.0' } });
  });
});
