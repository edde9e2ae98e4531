import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { minutes } from '../helpers/wait/deadline.ts';

// A first run fetches the worker's modules.
test.for([['vet'], ['test', '-count=1']])('the job worker passes `go %s`', { timeout: 10 * minutes }, async (args) => {
  const cwd = fileURLToPath(new URL('worker', import.meta.url));
  const { all, exitCode } = await execa('go', [...args, './...'], { cwd, all: true, reject: false });
  expect(exitCode, all).toBe(0);
});
