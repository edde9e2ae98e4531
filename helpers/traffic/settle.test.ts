import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { checkHistory } from './check-history.ts';
import type { ZeebeClient } from '../zeebe/client.ts';
import { ZeebeError } from '../zeebe/errors.ts';
import type { Operation } from './history.ts';
import { settle } from './settle.ts';

const instance = 2251799813685249n;
const job = { key: 2251799813685250n, instanceKey: instance, variables: { request: 1 } };
const created = { op: 'create', request: 1, at: 0, tookMs: 1, outcome: 'ok', key: instance, partition: 1 } as const;

test('a completion whose answer was lost is asked for again, since its job does not come back if it was done', async () => {
  const history: Operation[] = [created];
  const looks = [[job]];
  const refusals = [
    new ZeebeError('CompleteJob', status.UNAVAILABLE, 'the connection is gone'),
    new ZeebeError('CompleteJob', status.NOT_FOUND, 'no such job was found'),
  ];
  const client = {
    activateJobs: () => Promise.resolve(looks.shift() ?? []),
    completeJob: () => Promise.reject(refusals.shift() ?? new Error('A third completion is not expected.')),
  } as unknown as ZeebeClient;

  await settle(client, history, { jobType: 'work', within: 5_000 });

  const completions = history.filter((o) => o.op === 'complete').map((o) => o.outcome);
  expect(completions).toEqual(['unknown', 'rejected']);
  expect(checkHistory(history)).toMatchObject({ lost: [], unfinished: [], completedTwice: [] });
});
