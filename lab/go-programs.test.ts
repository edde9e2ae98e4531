import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { minutes } from '../helpers/wait/deadline.ts';
import { ENGINE, UNSENT_ENGINE, UNSYNCED_ENGINE, WORKER } from './build/go-binary.ts';

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

describe.for([
  { program: UNSYNCED_ENGINE, tests: './internal/raftlog' },
  { program: UNSENT_ENGINE, tests: './internal/partition' },
])('$program.title', ({ program: { source: cwd, tags = '' }, tests }) => {
  test.for([
    ['vet', './...'],
    ['test', '-count=1', '-run', 'Planted', tests],
  ])('passes `go %s`', { timeout: 10 * minutes }, async ([command = '', ...args]) => {
    const { all, exitCode } = await execa('go', [command, '-tags', tags, ...args], { cwd, all: true, reject: false });
    expect(exitCode, all).toBe(0);
    expect(all).not.toContain('no tests to run');
  });
});
