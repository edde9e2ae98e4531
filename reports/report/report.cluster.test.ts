import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { minutes } from '../../helpers/wait/deadline.ts';
import { ensureChromium, lookAt, showing } from './browser.ts';
import { makeReport } from './make.ts';
import { makeSample, type Sample } from '../../proofs/sample.ts';

beforeAll(ensureChromium, 5 * minutes);

describe('the report of a run', () => {
  let sample: Sample;

  beforeAll(async () => {
    sample = await makeSample('sample');
  }, 6 * minutes);

  test('is one file', () => {
    expect(readdirSync(path.dirname(sample.page)).filter((file) => /\.(html|js|css)$/.test(file))).toEqual([
      'index.html',
    ]);
  });

  test('opens with its experiments by plan and what became of each', async () => {
    const words = ['production-m', 'Passed 1', 'Failed 1', 'Broken 1'];
    const { text, errors } = await lookAt(pathToFileURL(sample.page).href, showing(words));
    for (const each of words) expect(text).toContain(each);
    expect(errors).toEqual([]);
  });

  test.for([
    ['passed', ['Category'], ['Fault: terminate camunda-zeebe-', 'exit code', '137']],
    [
      'failed',
      [],
      [
        'claim refuted',
        'is expected to complete on partition',
        'Fault: disconnect',
        'no route to host',
        'Diagnostics: events',
      ],
    ],
    ['broken', [], ['experiment invalid', 'FaultWithoutEffect', 'restart count', 'Diagnostics: topology']],
  ] as const)('of an experiment that is %s says why, and what was done and seen', async ([status, not, words]) => {
    const all = [
      ...words,
      'Blast radius',
      'Timeline',
      'Topology before',
      'Topology after',
      'partition 3',
      'Steady state before',
      'Steady state after',
      'engine zeebe-chaos-engine 0.1.0',
      'kubernetes v1.34.2',
      'seed',
      'Documentation of the experiment',
      'docs/experiments.md#production-m',
    ];
    const { text, errors } = await lookAt(sample.urlOf(status), showing(all));
    for (const expected of all) expect(text).toContain(expected);
    for (const unexpected of not) expect(text).not.toContain(unexpected);
    expect(errors).toEqual([]);
  });

  test('would be seen to have an error on the console', async () => {
    const { errors } = await lookAt(
      'data:text/html,<script>console.error("an error")</script>',
      ({ errors }) => errors.length > 0,
    );
    expect(errors).toEqual(['an error']);
  });
});

describe('a run that is killed', () => {
  const out = path.resolve('reports/out/killed');

  afterAll(async () => {
    await execa('npm', ['run', '--silent', 'heal']);
  }, 2 * minutes);

  test(
    'has the experiments that had ended and the journal so far in its report',
    { timeout: 4 * minutes },
    async () => {
      rmSync(out, { recursive: true, force: true });
      const specs = ['deployment-distribution', 'follower-terminate'].map((name) => `suites/production-m/${name}`);
      const env = { ...process.env, CHAOS_REPORTS: out, NO_COLOR: '1' };
      const run = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...specs], { env, detached: true });
      const ended = once(run, 'close');
      let output = '';
      let killed = false;
      run.stdout.on('data', (chunk: Buffer) => {
        output += String(chunk);
        // The second experiment, whichever that is, has its fault.
        if (killed || !/Clients: [^]*Evidence: /.test(output)) return;
        killed = true;
        process.kill(-(run.pid ?? Number.NaN), 'SIGKILL');
      });
      await ended;

      const page = await makeReport(out);
      const { byId } = JSON.parse(readFileSync(path.join(path.dirname(page), 'test-results.json'), 'utf8')) as {
        byId: Record<string, { id: string; status: string }>;
      };
      expect(
        Object.values(byId)
          .map(({ status }) => status)
          .sort(),
        output,
      ).toEqual(['broken', 'passed']);
      const broken = Object.values(byId).find(({ status }) => status === 'broken');
      const words = ['unfinished', 'Steady state before', 'Inject', 'Fault: '];
      const { text } = await lookAt(`${pathToFileURL(page).href}#${broken?.id}`, showing(words));
      for (const each of words) expect(text).toContain(each);
    },
  );
});
