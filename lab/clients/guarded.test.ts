import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { topologyAt } from '../../helpers/cluster/try-access.ts';
import { readSettings } from '../../helpers/settings.ts';
import { minutes, seconds } from '../../helpers/wait/deadline.ts';
import { eventually } from '../../helpers/wait/eventually.ts';
import type { ZeebeAccess } from '../../helpers/zeebe/access.ts';
import { connectZeebe } from '../../helpers/zeebe/client.ts';
import { deployModel } from '../../helpers/zeebe/deploy-model.ts';
import { testCertificates, type TestCertificates } from '../../helpers/zeebe/test-certificates.ts';
import { buildProgram, ENGINE } from '../build/go-binary.ts';
import { layoutOf } from '../layout.ts';
import { startLoopback, type Loopback } from '../loopback.ts';
import { Progress } from '../progress.ts';
import { zbctlOf } from '../zbctl.ts';

const NAME = 'zeebe-gateway.zeebe.svc';
const AUDIENCE = 'zeebe-api';
const layout = layoutOf(readSettings());
let cluster: Loopback;
let made: TestCertificates;
let login: AuthorizationServer;
/** Of a gateway with TLS that knows a user, and of one with TLS that takes tokens. */
let [forUsers, forTokens] = ['', ''];

beforeAll(async () => {
  for (const folder of [layout.logs, layout.building]) mkdirSync(folder, { recursive: true });
  const making = { layout, progress: new Progress(layout.cache), signal: new AbortController().signal };
  cluster = await startLoopback(await buildProgram(making, ENGINE), path.join(layout.cache, 'loopback'));
  made = testCertificates(NAME);
  login = await authorizationServer();
  const [chain, key] = [path.join(made.folder, 'tls.crt'), path.join(made.folder, 'tls.key')];
  writeFileSync(chain, made.certificate);
  writeFileSync(key, made.key);
  const tls = {
    ZEEBE_GATEWAY_SECURITY_ENABLED: 'true',
    ZEEBE_GATEWAY_SECURITY_CERTIFICATECHAINPATH: chain,
    ZEEBE_GATEWAY_SECURITY_PRIVATEKEYPATH: key,
  };
  forUsers = cluster.gateway({
    ...tls,
    CAMUNDA_SECURITY_AUTHENTICATION_METHOD: 'basic',
    CAMUNDA_SECURITY_INITIALIZATION_USERS_0_USERNAME: 'demo',
    CAMUNDA_SECURITY_INITIALIZATION_USERS_0_PASSWORD: 'very secret',
  });
  forTokens = cluster.gateway({
    ...tls,
    CAMUNDA_SECURITY_AUTHENTICATION_METHOD: 'oidc',
    CAMUNDA_SECURITY_AUTHENTICATION_OIDC_JWKSETURI: `${login.url}/jwks`,
    CAMUNDA_SECURITY_AUTHENTICATION_OIDC_AUDIENCES: AUDIENCE,
  });
  for (const [address, access] of [
    [forUsers, user('very secret')],
    [forTokens, client()],
  ] as const)
    await eventually(() => wholeAt(address, access), { within: 20 * seconds });
}, 5 * minutes);

afterAll(async () => {
  await cluster.stop();
  made.remove();
  login.close();
});

const user = (password: string): ZeebeAccess => ({
  tls: { ca: made.ca, name: NAME },
  credentials: { kind: 'basic', user: 'demo', password },
});
const client = (audience = AUDIENCE): ZeebeAccess => ({
  tls: { ca: made.ca, name: NAME },
  credentials: { kind: 'oauth', url: `${login.url}/token`, clientId: 'chaos', clientSecret: 'very secret', audience },
});

async function wholeAt(address: string, access: ZeebeAccess) {
  const { brokers } = await topologyAt(address, access).catch((error: unknown) => {
    // It may not listen yet; what it says once it does counts.
    if (String(error).includes('ECONNREFUSED')) return { brokers: [] };
    throw error;
  });
  return { value: brokers.length === 3 || undefined, seen: `${brokers.length} brokers` };
}

describe("the lab's engine behind TLS", () => {
  test.for<[string, () => [string, ZeebeAccess]]>([
    ['a user', () => [forUsers, user('very secret')]],
    ['a client with a token', () => [forTokens, client()]],
  ])('works for %s', async ([, known]) => {
    const [address, access] = known();
    const zeebe = connectZeebe({ address, access });
    try {
      const version = await deployModel(zeebe, 'canary.bpmn', { within: 5 * seconds });
      const created = { processId: 'zeebe-chaos-canary', version, requestTimeout: 5 * seconds };
      await expect(zeebe.createInstanceWithResult(created)).resolves.toMatchObject({ version });
      const query = { type: 'nothing', max: 1, timeout: 1_000, requestTimeout: -1, worker: 'test' };
      await expect(zeebe.activateJobs(query)).resolves.toEqual([]);
    } finally {
      zeebe.close();
    }
  });

  test.for<[string, () => [string, ZeebeAccess], string]>([
    ['nobody', () => [forUsers, { ...user(''), credentials: { kind: 'none' } }], 'wants credentials, and none are set'],
    [
      'a wrong password',
      () => [forUsers, user('wrong')],
      'the password of user "demo" (CAMUNDA_BASIC_AUTH_USERNAME), and',
    ],
    [
      'a token for another audience',
      () => [forTokens, client('other')],
      'the token of client "chaos" (ZEEBE_CLIENT_ID), and',
    ],
    ['plain text', () => [forUsers, { credentials: { kind: 'none' } }], 'is expected to take calls in plain text'],
  ])('refuses %s, in one sentence', async ([, other, sentence]) => {
    await expect(topologyAt(...other())).rejects.toThrow(
      expect.objectContaining({
        name: 'ExperimentInvalid',
        message: expect.stringContaining(sentence) as string,
      }) as Error,
    );
  });

  test(
    "takes Camunda's own client with the same variables",
    async () => {
      const env = {
        ZEEBE_CA_CERTIFICATE_PATH: made.caFile,
        ZEEBE_OVERRIDE_AUTHORITY: NAME,
        ZEEBE_CLIENT_ID: 'chaos',
        ZEEBE_CLIENT_SECRET: 'very secret',
        ZEEBE_AUTHORIZATION_SERVER_URL: `${login.url}/token`,
        ZEEBE_TOKEN_AUDIENCE: AUDIENCE,
        ZEEBE_CLIENT_CONFIG_PATH: path.join(made.folder, 'zbctl'),
      };
      const { stdout } = await execa(await zbctlOf(layout), ['--address', forTokens, 'status'], { env });
      expect(stdout).toContain('Cluster size: 3');
    },
    3 * minutes,
  );
});

interface AuthorizationServer {
  readonly url: string;
  close(): void;
}

/** An authorization server with a key of its own: it gives tokens at /token, for the audience asked for, and its key at /jwks. */
async function authorizationServer(): Promise<AuthorizationServer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const tokenFor = (form: URLSearchParams): object => {
    const claims = { aud: form.get('audience'), exp: Math.floor(Date.now() / 1_000) + 300 };
    const signed = `${encoded({ alg: 'RS256', kid: 'k1' })}.${encoded(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), privateKey).toString('base64url');
    return { access_token: `${signed}.${signature}`, expires_in: 300, token_type: 'Bearer' };
  };
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' }] };
  const server = http.createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/jwks') response.end(JSON.stringify(jwks));
    else void text(request).then((form) => response.end(JSON.stringify(tokenFor(new URLSearchParams(form)))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
