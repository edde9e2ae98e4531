/** Ways out of a pod on which nothing gets through, whoever blocked them. */
import type { V1Pod } from '@kubernetes/client-node';
import { exec } from '../kubernetes/exec.ts';
import type { ClusterView } from './cluster-view.ts';
import { zeebeContainerOf } from './resolve.ts';

/**
 * One sentence for each route in the pods of Zeebe that lets nothing through; empty = none has one.
 *
 * It is read by the pods' own `cat`, so that nothing is started there; IPv4 only, as cuts are.
 *
 * @throws Error if a pod's routes could not be read
 */
export async function blockedWays(cluster: ClusterView): Promise<string[]> {
  const pods = new Map([...cluster.brokerPods(), ...cluster.gateways()].map((pod) => [pod.metadata?.uid, pod]));
  const blocked = await Promise.all([...pods.values()].map((pod) => blockedFrom(cluster, pod)));
  return blocked.flat();
}

async function blockedFrom({ kubernetes, namespace }: ClusterView, pod: V1Pod): Promise<string[]> {
  const name = pod.metadata?.name ?? '';
  const place = { namespace, pod: name, container: zeebeContainerOf(pod) };
  const { stdout, stderr, exitCode } = await exec(kubernetes, place, ['cat', '/proc/net/route']);
  if (exitCode !== 0) throw new Error(`The routes of ${name} were expected to be read: ${stderr.trim()}`);
  return routesToNowhere(stdout).map((address) => `${name} has a route to ${address} that lets nothing through.`);
}

/**
 * The addresses in /proc/net/route that no interface leads to: those of unreachable, prohibited and black-hole routes
 * (net/ipv4/fib_trie.c shows `*` for their interface).
 *
 * @example routesToNowhere('Iface\tDestination\tGateway …\n*\t020013C6\t00000000 …') // ['198.19.0.2']
 */
export function routesToNowhere(table: string): string[] {
  const rows = table
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));
  return rows.filter(([device]) => device?.trim() === '*').map(([, address = '']) => dotted(address));
}

/** Four bytes in hexadecimal, the last one first, as little-endian machines show an address. */
function dotted(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}
