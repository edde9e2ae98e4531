import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessThrough, holderOf, type OAuth, type ZeebeAccess } from './access.ts';
import { connectZeebe } from './client.ts';
import type { ZeebeError } from './errors.ts';
import { testCertificates, type TestCertificates } from './test-certificates.ts';
import { testAuthorizationServer, testGateway } from './test-servers.ts';

const NAME = 'zeebe-gateway.camunda.svc';
const basic = { kind: 'basic', user: 'demo', password: 'sécret' } as const;

let made: TestCertificates;
const open: (() => void)[] = [];

beforeAll(async () => {
  made = await testCertificates(NAME);
});
afterAll(() => made.remove());
afterEach(() => {
  for (const close of open.splice(0)) close();
});

function closing<T extends { close(): void }>(one: T): T {
  open.push(() => one.close());
  return one;
}

const connect = (address: string, access: ZeebeAccess) => closing(connectZeebe({ address, access }));

/** An authorization server that gives out token-1, token-2, and so on. */
const counting = async (life?: number) =>
  closing(
    await testAuthorizationServer(({ count: n }) => ({
      body: { access_token: `token-${n}`, ...(life !== undefined && { expires_in: life }) },
    })),
  );

const clientAt = (url: string, more: Partial<OAuth> = {}): ZeebeAccess => ({
  credentials: { kind: 'oauth', url, clientId: 'chaos', clientSecret: 'very secret', ...more },
});

describe('by TLS', () => {
  const served = async () => closing(await testGateway(() => true, made));

  test("a gateway is known by its Service's name, whatever address leads to it", async () => {
    const { address } = await served();
    const access = accessThrough({ tls: { ca: made.ca }, credentials: basic }, 'zeebe-gateway', 'camunda');
    await expect(connect(address, access).topology()).resolves.toMatchObject({ partitionsCount: 3 });
  });

  test.for<[string, ZeebeAccess['tls']]>([
    ['another name', { name: 'another.svc' }],
    ['no name but that of the way to it', { name: undefined }],
  ])('one is not taken for %s', async ([, tls]) => {
    const { address } = await served();
    const client = connect(address, { tls: { ca: made.ca, ...tls }, credentials: { kind: 'none' } });
    await expect(client.topology({ within: 2_000 })).rejects.toThrow('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('one is not believed whose authority is unknown', async () => {
    const { address } = await served();
    const client = connect(address, { tls: { ca: made.stranger, name: NAME }, credentials: { kind: 'none' } });
    await expect(client.topology({ within: 2_000 })).rejects.toThrow('unable to verify');
  });
});

describe('a user', () => {
  test.for([false, true])('is told with every call, by TLS: %s', async (secured) => {
    const gateway = closing(await testGateway(() => true, secured ? made : undefined));
    const tls = secured ? { ca: made.ca, name: NAME } : undefined;
    const client = connect(gateway.address, { tls, credentials: basic });
    await client.topology();
    await client.topology();
    const header = `Basic ${Buffer.from('demo:sécret', 'utf8').toString('base64')}`;
    expect(gateway.authorizations).toEqual([header, header]);
  });

  test('who is refused is not tried again', async () => {
    const gateway = closing(await testGateway(() => false));
    const client = connect(gateway.address, { credentials: basic });
    await expect(client.topology()).rejects.toMatchObject({ status: 'UNAUTHENTICATED', outcome: 'rejected' });
    expect(gateway.authorizations).toHaveLength(1);
  });
});

describe('a client with a secret', () => {
  test('has one token for all that it asks at once and after, on every connection', async () => {
    const server = await counting(300);
    const gateway = closing(await testGateway(() => true));
    const access = clientAt(server.url, { audience: 'zeebe-api', scope: 'a b' });
    const [one, other] = [connect(gateway.address, access), connect(gateway.address, access)];
    await Promise.all([one.topology(), one.topology(), other.topology()]);
    await one.topology();
    expect(gateway.authorizations).toEqual(Array<string>(4).fill('Bearer token-1'));
    expect(server.requests.map((form) => Object.fromEntries(form))).toEqual([
      {
        grant_type: 'client_credentials',
        client_id: 'chaos',
        client_secret: 'very secret',
        audience: 'zeebe-api',
        scope: 'a b',
      },
    ]);
  });

  test('has another before one expires', async () => {
    const server = await counting(1);
    const gateway = closing(await testGateway(() => true));
    const client = connect(gateway.address, clientAt(server.url));
    await client.topology();
    await new Promise((later) => setTimeout(later, 950));
    await client.topology();
    expect(gateway.authorizations).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('has another, once, where one is refused', async () => {
    const server = await counting();
    const gateway = closing(await testGateway((authorization) => authorization === 'Bearer token-2'));
    const client = connect(gateway.address, clientAt(server.url));
    await client.topology();
    await client.topology();
    expect(gateway.authorizations).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
  });

  test('is refused for good where the next is refused as well', async () => {
    const server = await counting();
    const gateway = closing(await testGateway(() => false));
    await expect(connect(gateway.address, clientAt(server.url)).topology()).rejects.toThrow('Invalid credentials');
    expect(gateway.authorizations).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('goes by an authorization server that fails for a moment', async () => {
    const server = closing(
      await testAuthorizationServer(({ count: n }) =>
        n < 3 ? { status: 503, body: '' } : { body: { access_token: 'late' } },
      ),
    );
    const gateway = closing(await testGateway(() => true));
    await connect(gateway.address, clientAt(server.url)).topology();
    expect(gateway.authorizations).toEqual(['Bearer late']);
  });

  test.for<[string, { status?: number; body: object | string }, RegExp]>([
    [
      'a wrong secret',
      { status: 401, body: { error: 'invalid_client', error_description: 'very secret is wrong' } },
      /^Topology ended with UNAUTHENTICATED: The authorization server http:\/\/127\.0\.0\.1:\d+\/token is expected to give client "chaos" a token, and answered 401 invalid_client: check ZEEBE_CLIENT_ID, ZEEBE_CLIENT_SECRET and ZEEBE_AUTHORIZATION_SERVER_URL, and the audience and scope if the server wants them\.$/,
    ],
    ['a page that is none', { status: 404, body: '<html>very secret</html>' }, /and answered 404: check/],
    ['an answer without a token', { body: { token_type: 'bearer' } }, /access_token, and answered without one: is it/],
    ['a token that no header can hold', { body: { access_token: 'very secret\n' } }, /and answered without one: is it/],
    ['an answer that is no JSON', { body: 'welcome' }, /access_token, and answered without one: is it/],
  ])('%s is told at once, in one sentence and without the secret', async ([, answer, sentence]) => {
    const server = closing(await testAuthorizationServer(() => answer));
    const client = connect('127.0.0.1:9', clientAt(server.url));
    const error = await client.topology().then(
      () => undefined,
      (caught: unknown) => caught as ZeebeError,
    );
    expect(error).toMatchObject({ status: 'UNAUTHENTICATED', outcome: 'rejected' });
    expect(error?.message).not.toContain('very secret');
    expect(error?.message).toMatch(sentence);
    expect(server.requests).toHaveLength(1);
  });

  test('an authorization server that nobody is at is told within seconds', async () => {
    const server = await counting();
    server.close();
    await expect(connect('127.0.0.1:9', clientAt(server.url)).topology()).rejects.toThrow(
      /Asking the authorization server http:\/\/127\.0\.0\.1:\d+\/token for a token was expected to succeed within 5 s; .* ECONNREFUSED/,
    );
  }, 10_000);
});

test('a call that waits for a token ends when its signal fires', async () => {
  const server = closing(await testAuthorizationServer(() => ({ status: 503, body: '' })));
  const stop = new AbortController();
  const reason = new Error('the test was stopped');
  const call = connect('127.0.0.1:9', clientAt(server.url)).topology({ signal: stop.signal });
  setTimeout(() => stop.abort(reason), 50);
  const started = performance.now();
  await expect(call).rejects.toMatchObject({ status: 'CANCELLED', outcome: 'rejected', cause: reason });
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('a call that waits for a token ends in its own time, and did nothing', async () => {
  const server = closing(await testAuthorizationServer(() => ({ status: 503, body: '' })));
  const started = performance.now();
  const call = connect('127.0.0.1:9', clientAt(server.url)).topology({ within: 200 });
  await expect(call).rejects.toMatchObject({ status: 'DEADLINE_EXCEEDED', outcome: 'rejected' });
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('whose credentials they are is said without the secret', () => {
  expect(holderOf(basic)).toBe('user "demo" (CAMUNDA_BASIC_AUTH_USERNAME)');
  expect(holderOf(clientAt('http://login.test').credentials)).toBe('client "chaos" (ZEEBE_CLIENT_ID)');
});
