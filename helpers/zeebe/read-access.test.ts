import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidSetting } from '../verdict/errors.ts';
import type { ZeebeAccess } from './access.ts';
import { testCertificates, type TestCertificates } from './test-certificates.ts';
import { readAccess } from './read-access.ts';

let made: TestCertificates;

beforeAll(async () => {
  made = await testCertificates('gateway.test');
  writeFileSync(path.join(made.folder, 'nothing.crt'), 'no certificate');
});
afterAll(() => made.remove());

const basic = { CAMUNDA_BASIC_AUTH_USERNAME: 'demo', CAMUNDA_BASIC_AUTH_PASSWORD: 'demo:secret' };
const oauth = {
  ZEEBE_CLIENT_ID: 'chaos',
  ZEEBE_CLIENT_SECRET: 'very secret',
  ZEEBE_AUTHORIZATION_SERVER_URL: 'https://login.test/token',
};

test('without any variable Zeebe is talked to in plain text and as nobody', () => {
  expect(readAccess({ ZEEBE_CLIENT_ID: '', CAMUNDA_AUTH_STRATEGY: '', ZEEBE_CA_CERTIFICATE_PATH: '' })).toEqual({
    credentials: { kind: 'none' },
  });
});

test.for<[string, NodeJS.ProcessEnv, ZeebeAccess['credentials']]>([
  ['a user', basic, { kind: 'basic', user: 'demo', password: 'demo:secret' }],
  [
    'a client',
    { ...oauth, ZEEBE_TOKEN_AUDIENCE: 'zeebe-api', CAMUNDA_TOKEN_SCOPE: 'all' },
    {
      kind: 'oauth',
      url: 'https://login.test/token',
      clientId: 'chaos',
      clientSecret: 'very secret',
      audience: 'zeebe-api',
      scope: 'all',
    },
  ],
  [
    'a client, by the names of 8.8',
    {
      CAMUNDA_CLIENT_ID: 'c',
      CAMUNDA_CLIENT_SECRET: 's',
      CAMUNDA_OAUTH_URL: 'http://login.test',
      CAMUNDA_ZEEBE_OAUTH_AUDIENCE: 'orchestration-api',
    },
    { kind: 'oauth', url: 'http://login.test', clientId: 'c', clientSecret: 's', audience: 'orchestration-api' },
  ],
  [
    'of two the one that the strategy says',
    { ...basic, ...oauth, CAMUNDA_AUTH_STRATEGY: 'BASIC' },
    { kind: 'basic', user: 'demo', password: 'demo:secret' },
  ],
  ['nobody, where the strategy says so', { ...basic, CAMUNDA_AUTH_STRATEGY: 'NONE' }, { kind: 'none' }],
])('%s', ([, env, credentials]) => {
  expect(readAccess(env).credentials).toEqual(credentials);
});

describe('TLS', () => {
  test.for<[NodeJS.ProcessEnv, boolean]>([
    [{ CAMUNDA_SECURE_CONNECTION: 'true' }, true],
    [{ CAMUNDA_SECURE_CONNECTION: 'false' }, false],
    [{ ZEEBE_INSECURE_CONNECTION: 'false' }, true],
    [{ ZEEBE_INSECURE_CONNECTION: 'true' }, false],
    [{ CAMUNDA_SECURE_CONNECTION: 'true', ZEEBE_INSECURE_CONNECTION: 'false' }, true],
    // It is an ingress's, which a run passes by.
    [{ ZEEBE_GRPC_ADDRESS: 'grpcs://zeebe.example:443' }, false],
  ])('%o', ([env, isSpoken]) => {
    expect(readAccess(env).tls !== undefined).toBe(isSpoken);
  });

  test.for(['ZEEBE_CA_CERTIFICATE_PATH', 'CAMUNDA_CA_CERTIFICATE_PATH', 'CAMUNDA_CUSTOM_ROOT_CERT_PATH'])(
    '%s asks for it',
    (name) => {
      const access = readAccess({ [name]: made.caFile, ZEEBE_OVERRIDE_AUTHORITY: 'gateway.test' });
      expect(access.tls).toEqual({ ca: made.ca, caFile: made.caFile, name: 'gateway.test' });
    },
  );

  test('a certificate is for the authorization server alone where the gateway is said to speak plain text', () => {
    const env = { ...oauth, CAMUNDA_CUSTOM_ROOT_CERT_PATH: made.caFile, ZEEBE_INSECURE_CONNECTION: 'true' };
    expect(readAccess(env)).toMatchObject({ tls: undefined, credentials: { ca: made.ca } });
  });
});

describe('a mistake is told in one sentence', () => {
  const authority = 'ZEEBE_CA_CERTIFICATE_PATH is expected to be the path of a certificate of an authority (PEM)';

  test.for<[NodeJS.ProcessEnv, string]>([
    [
      { ZEEBE_CLIENT_ID: 'chaos', ZEEBE_AUTHORIZATION_SERVER_URL: 'http://login.test' },
      "ZEEBE_CLIENT_SECRET is expected for OAuth client credentials, and is not set: set it to the client's secret.",
    ],
    [
      { ZEEBE_CLIENT_SECRET: 'very secret', ZEEBE_AUTHORIZATION_SERVER_URL: 'http://login.test' },
      "ZEEBE_CLIENT_ID is expected for OAuth client credentials, and is not set: set it to the client's id.",
    ],
    [
      { ZEEBE_CLIENT_ID: 'chaos', ZEEBE_CLIENT_SECRET: 'very secret' },
      'ZEEBE_AUTHORIZATION_SERVER_URL is expected for OAuth client credentials, and is not set: set it to the URL of the token endpoint.',
    ],
    [
      { ...oauth, ZEEBE_AUTHORIZATION_SERVER_URL: 'login.test' },
      'ZEEBE_AUTHORIZATION_SERVER_URL is expected to be the http or https URL of the token endpoint, and is none.',
    ],
    [
      { CAMUNDA_BASIC_AUTH_USERNAME: 'demo' },
      "CAMUNDA_BASIC_AUTH_PASSWORD is expected for basic authentication, and is not set: set it to the user's password.",
    ],
    [
      { CAMUNDA_BASIC_AUTH_PASSWORD: 'very secret' },
      'CAMUNDA_BASIC_AUTH_USERNAME is expected for basic authentication, and is not set: set it to the name of a user.',
    ],
    [
      { CAMUNDA_BASIC_AUTH_USERNAME: 'de:mo', CAMUNDA_BASIC_AUTH_PASSWORD: 'very secret' },
      'CAMUNDA_BASIC_AUTH_USERNAME is expected to be without a colon (RFC 7617), found "de:mo".',
    ],
    [
      { ...basic, ...oauth },
      'One kind of credentials is expected, and CAMUNDA_BASIC_AUTH_USERNAME and ZEEBE_CLIENT_ID are of two: set CAMUNDA_AUTH_STRATEGY to BASIC or OAUTH.',
    ],
    [
      { CAMUNDA_AUTH_STRATEGY: 'COOKIE' },
      'CAMUNDA_AUTH_STRATEGY is expected to be one of NONE, BASIC, OAUTH, found "COOKIE".',
    ],
    [
      { CAMUNDA_AUTH_STRATEGY: 'BASIC' },
      'CAMUNDA_BASIC_AUTH_USERNAME is expected for basic authentication, and is not set: set it to the name of a user.',
    ],
    [{ CAMUNDA_SECURE_CONNECTION: 'yes' }, 'CAMUNDA_SECURE_CONNECTION is expected to be true or false, found "yes".'],
    [
      { CAMUNDA_SECURE_CONNECTION: 'true', ZEEBE_INSECURE_CONNECTION: 'true' },
      'CAMUNDA_SECURE_CONNECTION=true and ZEEBE_INSECURE_CONNECTION=true are expected to agree on TLS, and contradict each other: unset one.',
    ],
    [{ ZEEBE_CA_CERTIFICATE_PATH: '/nowhere/ca.crt' }, `${authority}, and /nowhere/ca.crt cannot be read: ENOENT.`],
  ])('%o', ([env, sentence]) => {
    expect(() => readAccess(env)).toThrow(new InvalidSetting(sentence));
  });

  test('a file without a certificate', () => {
    const file = path.join(made.folder, 'nothing.crt');
    expect(() => readAccess({ ZEEBE_CA_CERTIFICATE_PATH: file })).toThrow(
      new InvalidSetting(`${authority}, and ${file} holds none.`),
    );
  });
});
