import { execa } from 'execa';
import { expect, test } from 'vitest';
import { seconds } from '../helpers/wait/deadline.ts';

// Where nobody listens: a worker goes on asking.
const env = { CHAOS_BENCH_ADDRESS: '127.0.0.1:1' };

/** Starts a worker by its npm script and ends it as `end` does once it works; returns what it said and its process id. */
async function ended(end: (npm: number) => void) {
  const npm = execa('npm', ['run', 'testbench', '--', 'worker'], {
    env,
    all: true,
    buffer: false,
    reject: false,
    detached: true,
  });
  let output = '';
  for await (const line of npm.iterable({ from: 'all' })) {
    if (line.includes('takes experiments')) end(npm.pid ?? Number.NaN);
    output += `${line}\n`;
  }
  await npm;
  return { output, pid: Number(/^Test worker \S+-(\d+) takes/m.exec(output)?.[1]) };
}

test('a worker ends with the npm that started it', { timeout: 30 * seconds }, async () => {
  const { output, pid } = await ended((npm) => process.kill(npm, 'SIGTERM'));
  expect(output).toContain('SIGTERM: ending.');
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('one Ctrl-C is one, though npm hands it on', { timeout: 30 * seconds }, async () => {
  const { output, pid } = await ended((npm) => process.kill(-npm, 'SIGINT'));
  expect(output.match(/SIGINT: ending\./g)).toHaveLength(1);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
