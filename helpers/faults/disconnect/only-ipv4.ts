/** Which pods can be cut off. */
import type { V1Pod } from '@kubernetes/client-node';
import { isIPv4 } from 'node:net';

/**
 * Why a pod cannot be cut off, if so: a cut is made and proven between IPv4 addresses, and by another address of the pod's
 * connections would pass it by.
 */
export function otherThanIPv4({ metadata, status }: V1Pod): string | undefined {
  const addresses = [status?.podIP, ...(status?.podIPs ?? []).map(({ ip }) => ip)];
  const others = new Set(addresses.filter((ip) => ip !== undefined && !isIPv4(ip)));
  if (others.size === 0) return undefined;
  return `Pods with IPv4 addresses only can be cut off; ${metadata?.name} has ${[...others].join(', ')}.`;
}
