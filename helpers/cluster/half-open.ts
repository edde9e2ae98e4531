/** Connections of brokers to a pod that is gone without a word: what is sent there is lost (docs/findings.md). */
import type { V1Pod } from '@kubernetes/client-node';
import { addressOf } from './hex-address.ts';
import { readInPod, type Where } from './read-in-pod.ts';
import { zeebePods } from './resolve.ts';

/** The port on which brokers talk to each other. */
const INTERNAL_PORT = 26502;

/** One sentence for each broker or gateway and address to which it holds a connection and that no pod has; throws Error if one could not be asked. */
export async function halfOpenConnections(where: Where, pods: readonly V1Pod[]): Promise<string[]> {
  const addresses = new Set(pods.map(({ status }) => status?.podIP));
  const found = zeebePods(pods).map(async (pod) => {
    const peers = peersIn(await readInPod(where, pod, '/proc/net/tcp', '/proc/net/tcp6'));
    return peers
      .filter((peer) => !addresses.has(peer))
      .map((peer) => `${pod.metadata?.name} holds a connection to ${peer}, which is no pod's address any more.`);
  });
  return (await Promise.all(found)).flat();
}

/** ESTABLISHED, of the states in include/net/tcp_states.h. */
const ESTABLISHED = '01';

/** The addresses of the other ends of established connections between brokers, in /proc/net/tcp and tcp6, each once. */
export function peersIn(tables: string): string[] {
  const rows = tables.split('\n').map((line) => line.trim().split(/\s+/));
  const peers = rows.flatMap(([, local = '', remote = '', state]) =>
    state === ESTABLISHED && [local, remote].some(isInternal) ? [addressOf(remote.split(':')[0] ?? '')] : [],
  );
  return [...new Set(peers)];
}

function isInternal(end: string): boolean {
  return Number.parseInt(end.split(':')[1] ?? '', 16) === INTERNAL_PORT;
}
