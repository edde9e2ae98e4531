import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { ZeebeError } from '../zeebe/errors.ts';
import { refuseCredentials } from './who-asks.ts';

test('a gateway that asks who calls is not waited for', () => {
  const error = new ZeebeError('Topology', status.UNAUTHENTICATED, 'Expected bearer token');
  expect(() => refuseCredentials(error)).toThrow(
    "Zeebe's API is expected to take calls without credentials, which zeebe-chaos does not have: Topology ended with UNAUTHENTICATED: Expected bearer token",
  );
});

test('one that does not answer is', () => {
  refuseCredentials(new ZeebeError('Topology', status.UNAVAILABLE, 'no connection'));
  refuseCredentials(new Error('UNAUTHENTICATED'));
});
