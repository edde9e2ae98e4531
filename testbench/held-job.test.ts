import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { ZeebeError } from '../helpers/zeebe/errors.ts';
import { untilTold } from './held-job.ts';

test('the end of a job is told until Zeebe has taken it, and why it is told again is said once', async () => {
  const said: string[] = [];
  let attempts = 0;
  const tell = () => {
    attempts += 1;
    return attempts < 3 ? Promise.reject(new Error('no leader')) : Promise.resolve();
  };
  await untilTold(tell, (line) => said.push(line));
  expect(attempts).toBe(3);
  expect(said).toEqual(['Its end is told again every second: no leader']);
});

test('a job that is gone needs no telling', async () => {
  const said: string[] = [];
  const gone = new ZeebeError('CompleteJob', status.NOT_FOUND, 'no such job');
  await untilTold(
    () => Promise.reject(gone),
    (line) => said.push(line),
  );
  expect(said).toEqual([]);
});
