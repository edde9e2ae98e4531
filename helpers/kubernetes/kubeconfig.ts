/** The kubeconfig as kubectl reads it. */
import { KubeConfig } from '@kubernetes/client-node';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The files that KUBECONFIG lists, or else the user's own. */
function filesIn(env: NodeJS.ProcessEnv): string[] {
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter(Boolean);
  return listed.length > 0 ? listed : [path.join(env['HOME'] ?? os.homedir(), '.kube', 'config')];
}

/**
 * Reads all files of a kubeconfig into one: of clusters, users and contexts with one name the first counts, and a file that is
 * not there is none (kubectl, "Organizing Cluster Access Using kubeconfig Files"). Inside a pod without any it is that of the
 * pod's service account, with the one context `inClusterContext`; elsewhere it is empty.
 *
 * @throws Error that names the file which is no kubeconfig
 */
export function readKubeconfig(env: NodeJS.ProcessEnv = process.env): KubeConfig {
  const files = filesIn(env).filter((file) => existsSync(file));
  if (files.length === 0) return ofThePod(env);
  const all = files.map(read);
  const merged = new KubeConfig();
  merged.loadFromOptions({
    clusters: firstOfEach(all.flatMap((config) => config.clusters)),
    users: firstOfEach(all.flatMap((config) => config.users)),
    contexts: firstOfEach(all.flatMap((config) => config.contexts)),
  });
  return merged;
}

function ofThePod({ KUBERNETES_SERVICE_HOST: host }: NodeJS.ProcessEnv): KubeConfig {
  const config = new KubeConfig();
  if (host !== undefined && existsSync('/var/run/secrets/kubernetes.io/serviceaccount/token')) config.loadFromCluster();
  return config;
}

function read(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw new Error(`${file} is expected to be a kubeconfig, and cannot be read as one: ${String(error)}`, {
      cause: error,
    });
  }
  return config;
}

function firstOfEach<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return items.filter(({ name }, i) => items.findIndex((item) => item.name === name) === i);
}
