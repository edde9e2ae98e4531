import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { readSettings } from '../helpers/settings.ts';
import { minutes } from '../helpers/wait/deadline.ts';
import { layoutOf, MACHINES } from './layout.ts';
import { labProcesses } from './processes.ts';
import { residueOf } from './residue.ts';
import { statusOf } from './status.ts';
import { up } from './commands/up.ts';
import { DEFAULT_PLAN } from './zeebe/plans.ts';

const settings = readSettings();
const layout = layoutOf(settings);

const lab = (...args: string[]) => execa('npx', ['tsx', 'lab/commands/cli.ts', ...args], { all: true, reject: false });

/** Starts an `up` and kills it the hard way as soon as it says the words. */
async function killedUp(words: string): Promise<void> {
  const running = execa('npx', ['tsx', 'lab/commands/cli.ts', 'up'], {
    all: true,
    reject: false,
    detached: true,
    buffer: false,
  });
  let output = '';
  const said = new Promise<'said'>((resolve) => {
    running.all.on('data', (chunk) => {
      output += String(chunk);
      if (output.includes(words)) resolve('said');
    });
  });
  if ((await Promise.race([said, running])) !== 'said')
    throw new Error(`\`up\` was expected to say "${words}":\n${output}`);
  // The whole group, so that npx and tsx go as well.
  if (running.pid !== undefined) process.kill(-running.pid, 'SIGKILL');
  await running;
}

describe('the lab', () => {
  // The other tests of this run expect to find it up.
  afterAll(async () => {
    await up(settings, DEFAULT_PLAN);
  }, 5 * minutes);

  test('that is up is found up again', async () => {
    expect(await up(settings, DEFAULT_PLAN)).toMatchObject({ reused: true });
  });

  test(
    'leaves nothing behind when it is taken down',
    async () => {
      expect(await residueOf(layout)).not.toEqual([]);
      const { all, exitCode } = await lab('down');
      expect(all).toContain('The lab is down.');
      expect(exitCode).toBe(0);
      expect(await residueOf(layout)).toEqual([]);
      expect(existsSync(layout.logs)).toBe(true);
    },
    1 * minutes,
  );

  test('that is down says so, and taking it down again is no error', async () => {
    expect(await lab('status')).toMatchObject({ stdout: 'down', exitCode: 1 });
    expect(await lab('down')).toMatchObject({ exitCode: 0 });
  });

  test('does not touch a host whose network uses its addresses', async () => {
    await execa('ip', ['address', 'add', '198.18.5.1/32', 'dev', 'lo']);
    try {
      const { all } = await lab('up');
      expect(all).toContain(
        'it needs the address range 198.18.0.0/15 for itself, found the route 198.18.5.1 dev lo in it.',
      );
      expect(all).toContain('CHAOS_KUBE_CONTEXT=<context>');
      expect(await residueOf(layout)).toEqual([]);
    } finally {
      await execa('ip', ['address', 'del', '198.18.5.1/32', 'dev', 'lo']);
    }
  });

  test(
    'leaves nothing behind when `up` is killed while the nodes start',
    async () => {
      await killedUp('starting Kubernetes');
      await lab('down');
      expect(await residueOf(layout)).toEqual([]);
    },
    1 * minutes,
  );

  test(
    'comes up once from two `up` at the same time, also after one was killed while Zeebe started',
    async () => {
      await killedUp('starting zeebe-chaos-engine');
      expect(await statusOf(layout)).toMatchObject({ state: 'partial' });

      const [one, other] = await Promise.all([lab('up'), lab('up')]);

      expect([one.exitCode, other.exitCode]).toEqual([0, 0]);
      expect(`${one.all}${other.all}`).toContain('found a lab that is not whole');
      expect(`${one.all}${other.all}`).toContain('waiting for another `up` or `down`');
      expect([one.all, other.all].filter((text) => text.includes('(it was already)'))).toHaveLength(1);
      expect(await statusOf(layout)).toMatchObject({ state: 'up' });
      const machines = await execa('pgrep', ['--count', '--full', '^unshare --net .*/lab/machines/boot-']);
      expect(Number(machines.stdout)).toBe(MACHINES.length);
      expect(labProcesses(layout).length).toBeGreaterThan(MACHINES.length);
    },
    3 * minutes,
  );
});
