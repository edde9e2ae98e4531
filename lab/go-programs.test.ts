import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { minutes } from '../helpers/wait/deadline.ts';
import { ENGINE, UNSYNCED_ENGINE, WORKER } from './build/go-binary.ts';

describe.for([WORKER, ENGINE])('$title', ({ source: cwd }) => {
  // A first run fetches the modules.
  test.for([['vet'], ['test', '-count=1']])('passes `go %s`', { timeout: 10 * minutes }, async (args) => {
    const { all, exitCode } = await execa('go', [...args, './...'], { cwd, all: true, reject: false });
    expect(exitCode, all).toBe(0);
  });

  test('is formatted by gofmt', async () => {
    expect((await execa('gofmt', ['-l', '.'], { cwd })).stdout).toBe('');
  });
});

describe('the engine with a planted defect', () => {
  const { source: cwd, tags = '' } = UNSYNCED_ENGINE;

  test.for([
    ['vet', './...'],
    ['test', '-count=1', '-run', 'Planted', './internal/raftlog'],
  ])('passes `go %s`', { timeout: 10 * minutes }, async ([command = '', ...args]) => {
    const { all, exitCode } = await execa('go', [command, '-tags', tags, ...args], { cwd, all: true, reject: false });
    expect(exitCode, all).toBe(0);
  });
});
