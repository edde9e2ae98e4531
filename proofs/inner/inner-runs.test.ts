import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { seconds } from '../../helpers/wait/deadline.ts';
import { endInnerRuns, remember } from './inner-runs.ts';

test.for([
  { run: 'that undoes what it holds when it is asked to end', onTerm: 'process.exit(7)', ended: [7, null] },
  { run: 'that does not end when it is asked to', onTerm: '', ended: [null, 'SIGKILL'] },
])('a run $run does not outlive its test', async ({ onTerm, ended }) => {
  const script = `process.on('SIGTERM', () => { ${onTerm} }); setInterval(() => {}, 1000); console.log('ready');`;
  const run = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  remember(run);
  await once(run.stdout, 'data');

  await endInnerRuns(onTerm ? 60 * seconds : 100);

  expect([run.exitCode, run.signalCode]).toEqual(ended);
});
