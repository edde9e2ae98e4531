import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { toCarry, toLift, toSee, watching, type Script } from './carried.ts';

/** A machine whose faults are files, and a fault that needs its words quoted. */
function machine() {
  const home = mkdtempSync(path.join(tmpdir(), 'carried-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const faults = path.join(home, 'faults');
  const harm = path.join(home, `it's "there" $HOME`);
  const run = ({ text, args }: Script) =>
    execa('bash', ['-c', text.replaceAll('/tmp/zeebe-chaos/faults', faults), 'tool', ...args], { reject: false });
  const fault = { id: 'one', lift: { text: '\nrm -f "$2"\n[ "$1" = \'a b\' ] || exit 3', args: ['a b', harm] } };
  return { harm, fault, run, folder: path.join(faults, 'one') };
}

const inject = (harm: string): Script => ({ text: 'touch "$1"', args: [harm] });

test('a fault is in with its undo beside it, which the keeper can run alone', async () => {
  const { harm, fault, run, folder } = machine();

  expect(await run(toCarry(fault, inject(harm), new Date(1_500)))).toMatchObject({ exitCode: 0 });

  expect(existsSync(harm)).toBe(true);
  expect((await execa('cat', [path.join(folder, 'until')])).stdout).toBe('2');
  expect(await execa('bash', [path.join(folder, 'lift')])).toMatchObject({ exitCode: 0 });
  expect(existsSync(harm)).toBe(false);
});

test('its undo is there although it could not be put in', async () => {
  const { fault, run, folder } = machine();
  expect(await run(toCarry(fault, { text: 'exit 5', args: [] }, new Date()))).toMatchObject({ exitCode: 5 });
  expect(existsSync(path.join(folder, 'lift'))).toBe(true);
});

test('it is lifted and forgotten, also where it never was', async () => {
  const { harm, fault, run, folder } = machine();
  await run(toCarry(fault, inject(harm), new Date()));
  for (let times = 1; times <= 2; times += 1) expect(await run(toLift(fault))).toMatchObject({ exitCode: 0 });
  expect([existsSync(harm), existsSync(folder)]).toEqual([false, false]);
});

test('it is not forgotten where its undo fails', async () => {
  const { harm, fault, run, folder } = machine();
  await run(toCarry(fault, inject(harm), new Date()));
  const failing = { ...fault, lift: { ...fault.lift, args: ['other', harm] } };
  expect(await run(toLift(failing))).toMatchObject({ exitCode: 3 });
  expect(existsSync(folder)).toBe(true);
});

test('what is seen of it is told until it is lifted, and its watcher ends with it', async () => {
  const { fault, run, folder } = machine();
  expect(await run(toSee(fault))).toMatchObject({ exitCode: 1 });
  const inject = `${watching("bash -c 'echo changed; exec sleep 60'")}\nuntil grep -q . "$fault/seen"; do sleep 0.01; done`;
  expect(await run(toCarry(fault, { text: inject, args: [] }, new Date()))).toMatchObject({ exitCode: 0 });

  expect(await run(toSee(fault))).toMatchObject({ exitCode: 0, stdout: 'changed' });
  const watcher = Number(readFileSync(path.join(folder, 'watcher'), 'utf8'));
  expect(process.kill(watcher, 0)).toBe(true);

  expect(await run(toLift(fault))).toMatchObject({ exitCode: 0 });
  await expect
    .poll(() => existsSync(`/proc/${watcher}/cmdline`) && readFileSync(`/proc/${watcher}/cmdline`, 'utf8'))
    .toBeFalsy();
  expect(existsSync(folder)).toBe(false);
});
