/** Gateways of a loopback cluster that talk TLS and ask who calls, and who may call them. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { topologyAt } from '../../helpers/cluster/try-access.ts';
import { seconds } from '../../helpers/wait/deadline.ts';
import { eventually } from '../../helpers/wait/eventually.ts';
import type { ZeebeAccess } from '../../helpers/zeebe/access.ts';
import { testCertificates, type TestCertificates } from '../../helpers/zeebe/test-certificates.ts';
import { testAuthorizationServer, type TestAuthorizationServer } from '../../helpers/zeebe/test-servers.ts';
import type { Loopback } from '../loopback.ts';

/** What the gateways' certificate is for. */
export const GUARDED_NAME = 'zeebe-gateway.zeebe.svc';
/** What the tokens must be for. */
export const AUDIENCE = 'zeebe-api';

export interface Guarded {
  readonly certificates: TestCertificates;
  readonly tokenUrl: string;
  /** host:port of a gateway that knows the user demo. */
  readonly forUsers: string;
  /** host:port of one that takes tokens. */
  readonly forTokens: string;
  user(password?: string): ZeebeAccess;
  client(audience?: string): ZeebeAccess;
  /** Ends the authorization server and removes the certificates; the gateways go with their cluster. */
  stop(): void;
}

/** Starts both gateways and an authorization server, and returns when the gateways know the cluster. */
export async function guard(cluster: Loopback): Promise<Guarded> {
  const certificates = await testCertificates(GUARDED_NAME);
  const login = await authorizationServer();
  const tls = tlsOf(certificates);
  const forUsers = cluster.gateway({
    ...tls,
    CAMUNDA_SECURITY_AUTHENTICATION_METHOD: 'basic',
    CAMUNDA_SECURITY_INITIALIZATION_USERS_0_USERNAME: 'demo',
    CAMUNDA_SECURITY_INITIALIZATION_USERS_0_PASSWORD: 'very secret',
  });
  const forTokens = cluster.gateway({
    ...tls,
    CAMUNDA_SECURITY_AUTHENTICATION_METHOD: 'oidc',
    CAMUNDA_SECURITY_AUTHENTICATION_OIDC_JWKSETURI: new URL('/jwks', login.url).href,
    CAMUNDA_SECURITY_AUTHENTICATION_OIDC_AUDIENCES: AUDIENCE,
  });
  const tokenUrl = login.url;
  const by = (credentials: ZeebeAccess['credentials']): ZeebeAccess => ({
    tls: { ca: certificates.ca, name: GUARDED_NAME },
    credentials,
  });
  const user = (password = 'very secret') => by({ kind: 'basic', user: 'demo', password });
  const client = (audience = AUDIENCE) =>
    by({ kind: 'oauth', url: tokenUrl, clientId: 'chaos', clientSecret: 'very secret', audience });
  await eventually(() => wholeAt(forUsers, user()), { within: 20 * seconds });
  await eventually(() => wholeAt(forTokens, client()), { within: 20 * seconds });
  const stop = () => {
    certificates.remove();
    login.close();
  };
  return { certificates, tokenUrl, forUsers, forTokens, user, client, stop };
}

function tlsOf({ certificateFile, keyFile }: TestCertificates): Record<string, string> {
  return {
    ZEEBE_GATEWAY_SECURITY_ENABLED: 'true',
    ZEEBE_GATEWAY_SECURITY_CERTIFICATECHAINPATH: certificateFile,
    ZEEBE_GATEWAY_SECURITY_PRIVATEKEYPATH: keyFile,
  };
}

async function wholeAt(address: string, access: ZeebeAccess) {
  const { brokers } = await topologyAt(address, access).catch((error: unknown) => {
    // It may not listen yet; what it says once it does counts.
    if (String(error).includes('ECONNREFUSED')) return { brokers: [] };
    throw error;
  });
  return { value: brokers.length === 3 || undefined, seen: `${brokers.length} brokers` };
}

/** An authorization server with a key of its own: it gives tokens for the audience asked for, and its key at /jwks. */
function authorizationServer(): Promise<TestAuthorizationServer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const tokenFor = (form: URLSearchParams): object => {
    const claims = { aud: form.get('audience'), exp: Math.floor(Date.now() / 1_000) + 300 };
    const signed = `${encoded({ alg: 'RS256', kid: 'k1' })}.${encoded(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), privateKey).toString('base64url');
    return { access_token: `${signed}.${signature}`, expires_in: 300, token_type: 'Bearer' };
  };
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' }] };
  return testAuthorizationServer(({ path, form }) => ({ body: path === '/jwks' ? jwks : tokenFor(form) }));
}
