/** Connections of brokers to a pod that is gone without a word: what is sent there is lost (docs/findings.md). */
import type { V1Pod } from '@kubernetes/client-node';
import { addressOf } from './hex-address.ts';
import { internalPortOf, zeebePods } from './resolve.ts';
import { readInPod, runningZeebe, type Where } from './read-in-pod.ts';

/** Where IPv6 is off there is no table of it. */
const READ = 'cat /proc/net/tcp; cat /proc/net/tcp6 2>/dev/null || true';

/** One sentence for each broker or gateway and address to which it holds a connection and that no pod has; throws Error if one could not be asked. */
export async function halfOpenConnections(where: Where, pods: readonly V1Pod[]): Promise<string[]> {
  const addresses = new Set(
    pods.flatMap(({ status }) => [status?.podIP, ...(status?.podIPs ?? []).map(({ ip }) => ip)]),
  );
  const ports = zeebePods(pods).map(internalPortOf);
  const found = runningZeebe(pods).map(async (pod) => {
    const peers = peersIn(await readInPod(where, pod, READ), ports);
    return peers
      .filter((peer) => !addresses.has(peer))
      .map((peer) => `${pod.metadata?.name} holds a connection to ${peer}, which is no pod's address any more.`);
  });
  return (await Promise.all(found)).flat();
}

/** ESTABLISHED, of the states in include/net/tcp_states.h. */
const ESTABLISHED = '01';

/** The addresses of the other ends of established connections to or from these ports, in /proc/net/tcp and tcp6, each once. */
export function peersIn(tables: string, ports: readonly number[]): string[] {
  const isAtPort = (end: string) => ports.includes(Number.parseInt(end.split(':')[1] ?? '', 16));
  const rows = tables.split('\n').map((line) => line.trim().split(/\s+/));
  const peers = rows.flatMap(([, local = '', remote = '', state]) =>
    state === ESTABLISHED && [local, remote].some(isAtPort) ? ipv4Of(remote.split(':')[0] ?? '') : [],
  );
  return [...new Set(peers)];
}

/** IPv4 as it is, or mapped into IPv6; neither of IPv6 itself, nor of the host, where a mesh stands in between. */
function ipv4Of(hex: string): string[] {
  const isIPv4 = hex.length === 8 || hex.startsWith('0000000000000000FFFF0000');
  const address = addressOf(hex);
  return isIPv4 && !address.startsWith('127.') ? [address] : [];
}
