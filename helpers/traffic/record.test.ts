import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { ZeebeError } from '../zeebe/errors.ts';
import { NoToken } from '../zeebe/tokens.ts';
import { timed } from './record.ts';

test('an answered call is recorded with its answer', async () => {
  expect(await timed(() => Promise.resolve(7n))).toMatchObject({ outcome: 'ok', value: 7n });
});

test.each([
  ['NOT_FOUND', 'rejected'],
  ['UNAVAILABLE', 'unknown'],
] as const)('a call that ended with %s is recorded as %s, with what was said', async (name, outcome) => {
  const call = timed(() => Promise.reject(new ZeebeError('CompleteJob', status[name], 'told why')));

  expect(await call).toMatchObject({ outcome, error: `CompleteJob ended with ${name}: told why` });
});

test('a mistake in the code is no outcome of a call', async () => {
  await expect(timed(() => Promise.reject(new TypeError('mistake')))).rejects.toThrow('mistake');
});

test('nor is a call that could not be made, which says nothing of Zeebe', async () => {
  const cause = new NoToken('The authorization server is away.');
  const call = () => Promise.reject(new ZeebeError('Topology', status.UNAUTHENTICATED, 'no token', { cause }));
  await expect(timed(call)).rejects.toBe(cause);
});
