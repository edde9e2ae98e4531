/** Reads how Zeebe's API is reached from the variables of Camunda's own clients. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidSetting } from '../verdict/errors.ts';
import type { Basic, Credentials, NoCredentials, OAuth, Tls, ZeebeAccess } from './access.ts';

/*
 * The names are those of the JavaScript SDK (@camunda8/sdk 8.8, Configuration), the Java client
 * (ZeebeClientEnvironmentVariables, and CamundaClientEnvironmentVariables from 8.8 on) and the Go client (zbc 8.5). Of
 * several names for one thing the first that is set counts.
 */
const CLIENT_ID = ['ZEEBE_CLIENT_ID', 'CAMUNDA_CLIENT_ID'];
const CLIENT_SECRET = ['ZEEBE_CLIENT_SECRET', 'CAMUNDA_CLIENT_SECRET'];
const TOKEN_URL = ['ZEEBE_AUTHORIZATION_SERVER_URL', 'CAMUNDA_OAUTH_URL', 'CAMUNDA_AUTHORIZATION_SERVER_URL'];
const AUDIENCE = ['CAMUNDA_ZEEBE_OAUTH_AUDIENCE', 'ZEEBE_TOKEN_AUDIENCE', 'CAMUNDA_TOKEN_AUDIENCE'];
const SCOPE = ['CAMUNDA_TOKEN_SCOPE', 'ZEEBE_TOKEN_SCOPE'];
const USER = ['CAMUNDA_BASIC_AUTH_USERNAME'];
const PASSWORD = ['CAMUNDA_BASIC_AUTH_PASSWORD'];
const CA_FILE = ['ZEEBE_CA_CERTIFICATE_PATH', 'CAMUNDA_CA_CERTIFICATE_PATH', 'CAMUNDA_CUSTOM_ROOT_CERT_PATH'];
const NAME = ['ZEEBE_OVERRIDE_AUTHORITY', 'CAMUNDA_OVERRIDE_AUTHORITY'];
const STRATEGIES = ['NONE', 'BASIC', 'OAUTH'] as const;

/**
 * Reads TLS and credentials from an environment. TLS is spoken where one of the variables for it says so, or where there
 * is a certificate of an authority and none says otherwise; the clients' addresses count for nothing, since a run goes to
 * the gateways' pods and passes every ingress by.
 *
 * @throws InvalidSetting naming the variable, what was expected and what was found; never a secret
 */
export function readAccess(env: NodeJS.ProcessEnv): ZeebeAccess {
  const ca = certificates(env);
  return { tls: tlsFrom(env, ca), credentials: credentialsFrom(env, ca?.pem) };
}

interface Given {
  readonly name: string;
  readonly value: string;
}

/** The first of the variables that is set; one that is set to nothing is not. */
function given(env: NodeJS.ProcessEnv, names: readonly string[]): Given | undefined {
  return names.map((name) => ({ name, value: env[name] ?? '' })).find(({ value }) => value !== '');
}

function certificates(env: NodeJS.ProcessEnv): { readonly file: Given; readonly pem: string } | undefined {
  const file = given(env, CA_FILE);
  if (file === undefined) return undefined;
  const { name, value } = file;
  const wanted = `${name} is expected to be the path of a certificate of an authority (PEM)`;
  let pem: string;
  try {
    pem = readFileSync(value, 'utf8');
  } catch (error) {
    throw new InvalidSetting(`${wanted}, and ${value} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
  try {
    new X509Certificate(pem);
  } catch {
    throw new InvalidSetting(`${wanted}, and ${value} holds none.`);
  }
  return { file, pem };
}

function tlsFrom(env: NodeJS.ProcessEnv, ca: ReturnType<typeof certificates>): Tls | undefined {
  const said = [
    ...saidBy(env, 'CAMUNDA_SECURE_CONNECTION', 'true'),
    ...saidBy(env, 'ZEEBE_INSECURE_CONNECTION', 'false'),
    ...saidBy(env, 'CAMUNDA_INSECURE_CONNECTION', 'false'),
  ];
  const [first] = said;
  const other = said.find(({ tls }) => tls !== first?.tls);
  if (first && other)
    throw new InvalidSetting(
      `${first.name}=${first.value} and ${other.name}=${other.value} are expected to agree on TLS, and contradict each other: unset one.`,
    );
  const name = given(env, NAME)?.value;
  return (first?.tls ?? ca !== undefined) ? { ca: ca?.pem, caFile: ca?.file.value, name } : undefined;
}

function saidBy(env: NodeJS.ProcessEnv, name: string, forTls: 'true' | 'false') {
  const value = env[name];
  if (!value) return [];
  if (value !== 'true' && value !== 'false')
    throw new InvalidSetting(`${name} is expected to be true or false, found "${value}".`);
  return [{ name, value, tls: value === forTls }];
}

function credentialsFrom(env: NodeJS.ProcessEnv, ca: string | undefined): Credentials {
  const strategy = env['CAMUNDA_AUTH_STRATEGY'];
  switch (strategy) {
    case 'NONE':
      return { kind: 'none' };
    case 'BASIC':
      return basicFrom(env);
    case 'OAUTH':
      return oauthFrom(env, ca);
    case undefined:
    case '':
      return guessed(env, ca);
    default:
      throw new InvalidSetting(
        `CAMUNDA_AUTH_STRATEGY is expected to be one of ${STRATEGIES.join(', ')}, found "${strategy}".`,
      );
  }
}

/** What is given says which kind is meant. */
function guessed(env: NodeJS.ProcessEnv, ca: string | undefined): Basic | OAuth | NoCredentials {
  const basic = given(env, [...USER, ...PASSWORD]);
  const oauth = given(env, [...CLIENT_ID, ...CLIENT_SECRET, ...TOKEN_URL]);
  if (basic && oauth)
    throw new InvalidSetting(
      `One kind of credentials is expected, and ${basic.name} and ${oauth.name} are of two: set CAMUNDA_AUTH_STRATEGY to BASIC or OAUTH.`,
    );
  if (basic) return basicFrom(env);
  return oauth ? oauthFrom(env, ca) : { kind: 'none' };
}

function basicFrom(env: NodeJS.ProcessEnv): Basic {
  const wanted = 'for basic authentication';
  const user = required(env, USER, wanted, 'the name of a user');
  if (user.includes(':'))
    throw new InvalidSetting(`${USER[0]} is expected to be without a colon (RFC 7617), found "${user}".`);
  return { kind: 'basic', user, password: required(env, PASSWORD, wanted, "the user's password") };
}

function oauthFrom(env: NodeJS.ProcessEnv, ca: string | undefined): OAuth {
  const wanted = 'for OAuth client credentials';
  const url = required(env, TOKEN_URL, wanted, 'the URL of the token endpoint');
  if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol))
    throw new InvalidSetting(
      `${given(env, TOKEN_URL)?.name} is expected to be the http or https URL of the token endpoint, and is none.`,
    );
  return {
    kind: 'oauth',
    url,
    clientId: required(env, CLIENT_ID, wanted, "the client's id"),
    clientSecret: required(env, CLIENT_SECRET, wanted, "the client's secret"),
    audience: given(env, AUDIENCE)?.value,
    scope: given(env, SCOPE)?.value,
    ca,
  };
}

function required(env: NodeJS.ProcessEnv, names: readonly string[], wanted: string, what: string): string {
  const found = given(env, names);
  if (found === undefined)
    throw new InvalidSetting(`${names[0]} is expected ${wanted}, and is not set: set it to ${what}.`);
  return found.value;
}
