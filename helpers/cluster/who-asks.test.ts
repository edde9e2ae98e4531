import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { OPEN_ACCESS, type ZeebeAccess } from '../zeebe/access.ts';
import { ZeebeError } from '../zeebe/errors.ts';
import { refuseAccess } from './who-asks.ts';

const user: ZeebeAccess = { credentials: { kind: 'basic', user: 'demo', password: 'very secret' } };
const client: ZeebeAccess = {
  credentials: { kind: 'oauth', url: 'http://login.test', clientId: 'chaos', clientSecret: 'very secret' },
};

test.for<[string, ZeebeAccess, status, string]>([
  [
    'who does not say who it is',
    OPEN_ACCESS,
    status.UNAUTHENTICATED,
    "Zeebe's API wants credentials, and none are set (ZEEBE_CLIENT_ID, ZEEBE_CLIENT_SECRET and ZEEBE_AUTHORIZATION_SERVER_URL, or CAMUNDA_BASIC_AUTH_USERNAME and CAMUNDA_BASIC_AUTH_PASSWORD): Topology ended with UNAUTHENTICATED: no",
  ],
  [
    'a user with a wrong password',
    user,
    status.UNAUTHENTICATED,
    'Zeebe\'s API is expected to take the password of user "demo" (CAMUNDA_BASIC_AUTH_USERNAME), and refuses it: Topology ended with UNAUTHENTICATED: no',
  ],
  [
    'a client with a token for something else',
    client,
    status.UNAUTHENTICATED,
    'Zeebe\'s API is expected to take the token of client "chaos" (ZEEBE_CLIENT_ID), and refuses it: Topology ended with UNAUTHENTICATED: no',
  ],
  [
    'a client who may not',
    client,
    status.PERMISSION_DENIED,
    'Zeebe\'s API is expected to let client "chaos" (ZEEBE_CLIENT_ID) make every call, and it may not: Topology ended with PERMISSION_DENIED: no',
  ],
])('%s is not waited for', ([, access, code, sentence]) => {
  expect(() => refuseAccess(new ZeebeError('Topology', code, 'no'), access)).toThrow(
    expect.objectContaining({ name: 'ExperimentInvalid', message: sentence }),
  );
});

test('a gateway that does not answer is waited for', () => {
  for (const access of [OPEN_ACCESS, user, { ...user, tls: {} }]) {
    refuseAccess(new ZeebeError('Topology', status.UNAVAILABLE, 'no connection'), access);
    refuseAccess(new ZeebeError('Topology', status.UNAVAILABLE, 'read ECONNRESET'), access);
    refuseAccess(new Error('UNAUTHENTICATED'), access);
  }
});
