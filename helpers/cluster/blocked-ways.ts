/** Ways out of a pod on which nothing gets through, whoever blocked them. */
import type { V1Pod } from '@kubernetes/client-node';
import { addressOf } from './hex-address.ts';
import { readInPod, runningZeebe, type Where } from './read-in-pod.ts';

/**
 * One sentence for each route in the running pods of Zeebe that lets nothing through; empty = none has one. IPv4 only, as cuts are.
 *
 * @throws Error if a pod's routes could not be read
 */
export async function blockedWays(where: Where, pods: readonly V1Pod[]): Promise<string[]> {
  const blocked = runningZeebe(pods).map(async (pod) => {
    const routes = routesToNowhere(await readInPod(where, pod, 'cat /proc/net/route'));
    return routes.map((address) => `${pod.metadata?.name} has a route to ${address} that lets nothing through.`);
  });
  return (await Promise.all(blocked)).flat();
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
  return rows.filter(([device]) => device?.trim() === '*').map(([, address = '']) => addressOf(address));
}
