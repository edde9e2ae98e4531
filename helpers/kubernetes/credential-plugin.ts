/**
 * Credentials from the command that a kubeconfig names for a user, as kubectl gets them (Kubernetes, "client-go credential
 * plugins"). The client library's own way runs it anew for each request unless it tells an end, and once for each that is asked
 * at the same time.
 */
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import { readFileSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import { execa, type Result } from 'execa';
import { seconds, spell } from '../wait/deadline.ts';

type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0];

/** What a kubeconfig says of the command: `users[].user.exec`. */
export interface CredentialPlugin {
  readonly apiVersion: string;
  /** A name that is looked up, or an absolute path. */
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: 'Never' | 'IfAvailable' | 'Always';
}

interface Credential {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string | null;
}

interface Given {
  readonly credential: Credential;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Milliseconds that a credential without an end is used for: as long as the client library uses a token from a file. */
const ENDLESS = 60 * seconds;

/** Milliseconds that a command has. */
const PATIENCE = 30 * seconds;

const PROVIDER = 'credential-plugin';

/** What the commands gave, by all that they were told. */
const given = new Map<string, Promise<Given>>();

/** The user as it gets its credentials from this command. */
export function asPluginUser(user: User, plugin: CredentialPlugin): User {
  return { ...user, exec: undefined, authProvider: { name: PROVIDER, config: plugin } };
}

/**
 * Gives requests the credentials of users that have a command; `cluster` is the one that is asked, now.
 *
 * Its method throws Error with what the command said where it gives none.
 */
export function credentialPlugins(cluster: () => Cluster | null): Authenticator {
  return {
    isAuthProvider: (user) => pluginOf(user) !== undefined,
    applyAuthentication: async (user, options: RequestOptions) => {
      const plugin = pluginOf(user);
      if (!plugin) return;
      const { token, clientCertificateData, clientKeyData } = await credentialFrom(plugin, user.name, cluster());
      if (token)
        options.headers = { ...(options.headers as OutgoingHttpHeaders | undefined), Authorization: `Bearer ${token}` };
      if (clientCertificateData) Object.assign(options, { cert: clientCertificateData, key: clientKeyData });
    },
  };
}

function pluginOf({ authProvider }: User): CredentialPlugin | undefined {
  const provider = authProvider as { readonly name?: string; readonly config: CredentialPlugin } | undefined | null;
  return provider?.name === PROVIDER ? provider.config : undefined;
}

async function credentialFrom(plugin: CredentialPlugin, user: string, cluster: Cluster | null): Promise<Credential> {
  const told = execInfo(plugin, cluster);
  const key = JSON.stringify([plugin, user, told]);
  const last = given.get(key);
  const known = await last;
  if (known && known.until > Date.now()) return known.credential;
  // Whoever else found it at its end has asked already.
  const next = given.get(key);
  const asked = next && next !== last ? next : ask(plugin, user, told);
  given.set(key, asked);
  // What failed is asked for anew, by the next request.
  asked.catch(() => given.delete(key));
  return (await asked).credential;
}

async function ask(plugin: CredentialPlugin, user: string, told: object): Promise<Given> {
  const { command, args, env, installHint, interactiveMode } = plugin;
  const who = `The command ${command}, from which the kubeconfig's user ${user} has its credentials,`;
  if (interactiveMode === 'Always') throw new Error(`${who} wants a terminal, and a run gives it none.`);
  const result = await execa(command, args ?? [], {
    env: {
      ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(told),
    },
    stdin: 'ignore',
    timeout: PATIENCE,
    reject: false,
  });
  if (result.failed)
    throw new Error(
      [`${who} is expected to give them, and ${howItEnded(result)}.`, result.stderr, installHint]
        .filter(Boolean)
        .join('\n'),
    );
  const credential = credentialIn(result.stdout);
  if (!credential) throw new Error(`${who} is expected to print an ExecCredential with a token or a certificate.`);
  const end = Date.parse(credential.expirationTimestamp ?? '');
  return { credential, until: Number.isNaN(end) ? Date.now() + ENDLESS : end };
}

/** Without the arguments, which may have a secret among them. */
function howItEnded(result: Pick<Result, 'timedOut' | 'exitCode' | 'signal' | 'originalMessage'>): string {
  if (result.timedOut) return `has not within ${spell(PATIENCE)}`;
  if (result.exitCode !== undefined) return `ended with exit code ${result.exitCode}`;
  return result.signal === undefined
    ? `could not be run (${result.originalMessage ?? ''})`
    : `was ended by ${result.signal}`;
}

/** What a command printed, if that gives a token or a certificate; secrets in what does not are told to nobody. */
function credentialIn(printed: string): Credential | undefined {
  try {
    const { status } = JSON.parse(printed) as { readonly status?: Credential };
    return status?.token || (status?.clientCertificateData && status.clientKeyData) ? status : undefined;
  } catch {
    return undefined;
  }
}

/** What a command is told in KUBERNETES_EXEC_INFO. */
function execInfo({ apiVersion, provideClusterInfo }: CredentialPlugin, cluster: Cluster | null): object {
  const info = provideClusterInfo &&
    cluster && {
      server: cluster.server,
      'tls-server-name': cluster.tlsServerName,
      'insecure-skip-tls-verify': cluster.skipTLSVerify,
      'certificate-authority-data': cluster.caFile ? readFileSync(cluster.caFile, 'base64') : cluster.caData,
      'proxy-url': cluster.proxyUrl,
    };
  return { apiVersion, kind: 'ExecCredential', spec: { interactive: false, ...(info && { cluster: info }) } };
}
