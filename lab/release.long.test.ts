import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSuite } from '../fixtures/run-suite.ts';
import { readSettings } from '../helpers/settings.ts';
import { minutes } from '../helpers/wait/deadline.ts';
import { buildProgram, ENGINE } from './build/go-binary.ts';
import { layoutOf } from './layout.ts';
import { Progress } from './progress.ts';
import { statusOf } from './status.ts';
import { up } from './up.ts';
import { DEFAULT_PLAN } from './zeebe/plans.ts';

// Real releases are run by those who bring them. What is tried here is the way of an archive to the cluster: around our
// own engine, laid out as a release is.
const settings = readSettings();
const layout = layoutOf(settings);
let archive: string;

beforeAll(async () => {
  const making = { layout, progress: new Progress(layout.cache), signal: new AbortController().signal };
  const folder = mkdtempSync(path.join(layout.cache, 'release-'));
  const bin = path.join(folder, 'camunda-zeebe-0.1.0/bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync(await buildProgram(making, ENGINE), path.join(bin, 'engine'));
  for (const role of ['broker', 'gateway']) {
    writeFileSync(path.join(bin, role), `#!/bin/sh\nexec "\${0%/*}/engine" ${role}\n`);
    chmodSync(path.join(bin, role), 0o755);
  }
  archive = path.join(folder, 'camunda-zeebe-0.1.0.tar.gz');
  await execa('tar', ['-czf', archive, '-C', folder, 'camunda-zeebe-0.1.0']);
}, 5 * minutes);

// The other tests of this run expect to find the lab on its own engine.
afterAll(async () => {
  rmSync(path.dirname(archive), { recursive: true });
  await up(settings, DEFAULT_PLAN);
}, 5 * minutes);

test(
  'an archive laid out as a release is brought up in a root file system with Java, and an experiment runs on it',
  async () => {
    const spec = 'suites/production-m/follower-terminate';
    const run = await runSuite('release', spec, { CHAOS_LAB_ENGINE: archive });
    expect(run.experiments, run.output).toMatchObject([{ verdict: 'passed', engine: 'zeebe-chaos-engine 0.1.0' }]);
    expect(await statusOf(layout)).toMatchObject({ state: 'up', running: { engine: 'Zeebe 0.1.0' } });
  },
  10 * minutes,
);
