import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { OPEN_ACCESS, type Tls, type ZeebeAccess } from '../zeebe/access.ts';
import { testCertificates, type TestCertificates } from '../zeebe/test-certificates.ts';
import { testAuthorizationServer, testGateway } from '../zeebe/test-servers.ts';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { topologyAt, tryAccess } from './try-access.ts';

const NAME = 'zeebe-gateway.camunda.svc';
let made: TestCertificates;
const open: (() => unknown)[] = [];

beforeAll(async () => {
  made = await testCertificates(NAME);
});
afterAll(() => made.remove());
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function gateway(secured: boolean): Promise<string> {
  const served = await testGateway(() => true, secured ? made : undefined);
  open.push(() => served.close());
  return served.address;
}

const byTls = (tls: Tls): ZeebeAccess => ({ tls, credentials: { kind: 'none' } });

const refused = (message: string | RegExp) =>
  expect.objectContaining({
    name: 'ExperimentInvalid',
    message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
  }) as Error;

test.for<[string, boolean, () => ZeebeAccess, string]>([
  [
    'plain text to a gateway with TLS',
    true,
    () => OPEN_ACCESS,
    "Zeebe's API is expected to take calls in plain text, and talks TLS: set CAMUNDA_SECURE_CONNECTION=true, and ZEEBE_CA_CERTIFICATE_PATH where its authority is not a public one.",
  ],
  [
    'TLS to a gateway without',
    false,
    () => byTls({ ca: made.ca, name: NAME }),
    "Zeebe's API is expected to talk TLS, and talks plain text: set CAMUNDA_SECURE_CONNECTION=false.",
  ],
  [
    'a certificate of an authority that is not public',
    true,
    () => byTls({ name: NAME }),
    "The certificate of Zeebe's API is expected to be vouched for by a public authority, and is not (unable to verify the first certificate): set ZEEBE_CA_CERTIFICATE_PATH to the certificate of its authority.",
  ],
  [
    'a certificate of another authority',
    true,
    () => byTls({ ca: made.stranger, caFile: '/etc/other.crt', name: NAME }),
    "The certificate of Zeebe's API is expected to be vouched for by the authority in /etc/other.crt, and is not (unable to verify the first certificate): set ZEEBE_CA_CERTIFICATE_PATH to the certificate of its authority.",
  ],
  [
    'a certificate for another name',
    true,
    () => byTls({ ca: made.ca, name: 'other.camunda.svc' }),
    `The certificate of Zeebe's API is expected to be for other.camunda.svc, and the names in it are DNS:${NAME}: set ZEEBE_OVERRIDE_AUTHORITY to one of them.`,
  ],
])('%s is told within seconds', async ([, secured, access, sentence]) => {
  const address = await gateway(secured);
  await expect(topologyAt(address, access())).rejects.toThrow(refused(sentence));
});

test('an authorization server that refuses is told as it is', async () => {
  const server = await testAuthorizationServer(() => ({ status: 401, body: { error: 'invalid_client' } }));
  open.push(() => server.close());
  const oauth = { kind: 'oauth', url: server.url, clientId: 'chaos', clientSecret: 'very secret' } as const;
  await expect(topologyAt(await gateway(false), { credentials: oauth })).rejects.toThrow(
    refused(/^The authorization server http:\S+ is expected to give client "chaos" a token, and answered 401 invalid/),
  );
});

test('a gateway that talks to this client tells the topology', async () => {
  await expect(topologyAt(await gateway(true), byTls({ ca: made.ca, name: NAME }))).resolves.toMatchObject({
    partitionsCount: 3,
  });
  await expect(topologyAt(await gateway(false), OPEN_ACCESS)).resolves.toMatchObject({ partitionsCount: 3 });
});

test('whatever else is wrong is left to the steady state', async () => {
  const core = {
    listNamespacedPod: () => Promise.reject(new Error('no right to list pods')),
    listNamespacedService: () => Promise.resolve({ items: [] }),
  };
  await tryAccess({ core } as unknown as Kubernetes, { namespace: 'camunda', access: OPEN_ACCESS, landmarks: {} });
  const noPods = { ...core, listNamespacedPod: () => Promise.resolve({ items: [] }) };
  await tryAccess({ core: noPods } as unknown as Kubernetes, {
    namespace: 'camunda',
    access: OPEN_ACCESS,
    landmarks: {},
  });
});

test('a gateway that hangs up on everybody is none that wants to be asked in another way', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  open.push(() => server.close());
  await new Promise((listening) => server.once('listening', listening));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const access of [OPEN_ACCESS, byTls({ ca: made.ca, name: NAME })])
    await expect(topologyAt(address, access, 1_000)).rejects.toMatchObject({ name: 'ZeebeError' });
});
