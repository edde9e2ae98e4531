import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { outcomeOfStatus, ZeebeError } from './errors.ts';

describe('the outcome of a failed call', () => {
  test.each([
    'NOT_FOUND',
    'INVALID_ARGUMENT',
    'ALREADY_EXISTS',
    'FAILED_PRECONDITION',
    'RESOURCE_EXHAUSTED',
    'UNIMPLEMENTED',
    'PERMISSION_DENIED',
    'UNAUTHENTICATED',
  ] as const)('is a rejection after %s', (name) => {
    expect(outcomeOfStatus(status[name], '')).toBe('rejected');
  });

  test.each([
    'DEADLINE_EXCEEDED',
    'UNAVAILABLE',
    'CANCELLED',
    'ABORTED',
    'INTERNAL',
    'UNKNOWN',
    'DATA_LOSS',
    'OUT_OF_RANGE',
  ] as const)('is unknown after %s', (name) => {
    expect(outcomeOfStatus(status[name], '')).toBe('unknown');
  });

  test('is unknown where the client itself could not take the answer', () => {
    expect(outcomeOfStatus(status.RESOURCE_EXHAUSTED, 'Received message larger than max (5 vs. 4)')).toBe('unknown');
    expect(outcomeOfStatus(status.RESOURCE_EXHAUSTED, 'Bandwidth exhausted or memory limit exceeded')).toBe('unknown');
  });
});

test('the error names the call, the status and what Zeebe said', () => {
  const error = new ZeebeError('CompleteJob', status.NOT_FOUND, 'no such job was found');

  expect(error).toMatchObject({ status: 'NOT_FOUND', method: 'CompleteJob', outcome: 'rejected' });
  expect(error.message).toBe('CompleteJob ended with NOT_FOUND: no such job was found');
});

test('a call that was never sent did nothing, whatever its status', () => {
  const error = new ZeebeError('Topology', status.CANCELLED, 'aborted', { outcome: 'rejected' });

  expect(error.outcome).toBe('rejected');
});
