/** Which broker runs in which pod. */
import type { Topology } from '../zeebe/topology.ts';

/** Node ids by the names of pods. */
export type NodeIds = ReadonlyMap<string, number>;

/**
 * The node ids of the brokers in a namespace by the hosts that they tell: `<pod>.<service>.<namespace>.svc…`. A pod's ordinal
 * is its node id only where there is one region: of two, which may have pods of the same names, it is twice the ordinal, or
 * one more.
 */
export function nodeIdsIn({ brokers }: Topology, namespace: string): NodeIds {
  const here = brokers.flatMap(({ host, nodeId }) => {
    const [pod = '', , where = namespace] = host.split('.');
    // Four numbers are an address, and no name of a pod.
    return where === namespace && !/^\d+$/.test(pod) ? [[pod, nodeId] as const] : [];
  });
  return new Map(here);
}
