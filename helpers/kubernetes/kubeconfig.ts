/** The kubeconfig as kubectl reads it. */
import { KubeConfig, type Cluster, type User } from '@kubernetes/client-node';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { asPluginUser, credentialPlugins, type CredentialPlugin } from './credential-plugin.ts';
import { proxyFor } from './proxy.ts';
import { asTokenFileUser, tokenFiles } from './token-file.ts';

/** The files that KUBECONFIG lists, or else the user's own. */
function filesIn(env: NodeJS.ProcessEnv): string[] {
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter(Boolean);
  return listed.length > 0 ? listed : [path.join(env['HOME'] ?? os.homedir(), '.kube', 'config')];
}

/**
 * Reads all files of a kubeconfig into one: of clusters, users and contexts with one name the first counts, and a file that is
 * not there is none (kubectl, "Organizing Cluster Access Using kubeconfig Files"). Inside a pod without any it is that of the
 * pod's service account, with the one context `inClusterContext`; elsewhere it is empty. Clusters without a proxy of their own
 * have that of the environment.
 *
 * @throws Error that names the file which is no kubeconfig
 */
export function readKubeconfig(env: NodeJS.ProcessEnv = process.env): KubeConfig {
  const files = filesIn(env).filter((file) => existsSync(file));
  const all = files.length > 0 ? files.map(read) : [ofThePod(env)];
  const merged = new KubeConfig();
  const clusters = firstOfEach(all.flatMap((config) => config.clusters));
  merged.loadFromOptions({
    clusters: clusters.map((cluster) => ({ ...cluster, proxyUrl: proxyOf(cluster, env) })),
    users: firstOfEach(all.flatMap((config) => config.users)),
    contexts: firstOfEach(all.flatMap((config) => config.contexts)),
  });
  merged.addAuthenticator(tokenFiles);
  merged.addAuthenticator(credentialPlugins(() => merged.getCurrentCluster()));
  return merged;
}

/** As with kubectl it is the proxy that looks up the server's name; the client library would have this machine do so (`socks5h`). */
function proxyOf({ proxyUrl, server }: Cluster, env: NodeJS.ProcessEnv): string | undefined {
  return (proxyUrl || proxyFor(server, env))?.replace(/^socks5:/, 'socks5h:');
}

function ofThePod({ KUBERNETES_SERVICE_HOST: host }: NodeJS.ProcessEnv): KubeConfig {
  const config = new KubeConfig();
  if (host !== undefined && existsSync('/var/run/secrets/kubernetes.io/serviceaccount/token')) config.loadFromCluster();
  return config;
}

/** What the client library passes over of a user in a kubeconfig. */
interface UserInFile {
  readonly name: string;
  readonly user?: { readonly tokenFile?: string };
}

function read(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    const content = parse(readFileSync(file, 'utf8')) as { readonly users?: readonly UserInFile[] | null } | null;
    if (content === null) return config;
    config.loadFromFile(file);
    const tokenFiles = new Map(content.users?.map(({ name, user }) => [name, user?.tokenFile]));
    const from = (place: string): string => path.resolve(path.dirname(file), place);
    // As with kubectl; the client library would read the file.
    for (const cluster of config.clusters) if (cluster.caData) Object.assign(cluster, { caFile: undefined });
    for (const user of config.users) {
      if (user.certData) delete user.certFile;
      if (user.keyData) delete user.keyFile;
    }
    config.users = config.users.map((user) => withCredentials(user, tokenFiles.get(user.name), from));
    return config;
  } catch (error) {
    throw new Error(`${file} is expected to be a kubeconfig, and cannot be read as one: ${String(error)}`, {
      cause: error,
    });
  }
}

/** The user with a token that is read from its file again and again, or with what a command gives; `from` makes paths absolute. */
function withCredentials(user: User, tokenFile: string | undefined, from: (place: string) => string): User {
  if (tokenFile) return asTokenFileUser(user, from(tokenFile));
  const plugin = user.exec as CredentialPlugin | undefined | null;
  if (!plugin?.command) return user;
  // A name without a folder is looked up, as a shell does.
  const command = path.basename(plugin.command) === plugin.command ? plugin.command : from(plugin.command);
  return asPluginUser(user, { ...plugin, command });
}

function firstOfEach<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return items.filter(({ name }, i) => items.findIndex((item) => item.name === name) === i);
}
