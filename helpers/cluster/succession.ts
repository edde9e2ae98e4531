/** Who leads a partition after its leader, and where that one is. */
import type { Question } from '../wait/eventually.ts';
import { NoAnswer } from '../zeebe/actuators.ts';
import { renderTopology } from '../zeebe/render-topology.ts';
import type { Broker, Cluster, Leader } from './cluster.ts';

/**
 * Asks for a broker other than `leader` that leads its partition, by a gateway's word and by its own. The gateway lists a
 * broker that is gone as leader still, for some seconds and beside the new one.
 */
export function successorOf(cluster: Cluster, leader: Leader): Question<Broker> {
  return async () => {
    const topology = await cluster.topology();
    const successor = topology.brokers.find(
      (b) => b.nodeId !== leader.nodeId && b.partitions.some((p) => p.id === leader.partition && p.role === 'leader'),
    );
    const broker = cluster.brokers().find((b) => b.nodeId === successor?.nodeId);
    const seen = renderTopology(topology);
    if (!broker) return { value: undefined, seen };
    const role = (await cluster.replicaOn(broker, leader.partition))?.role;
    return {
      value: role === 'LEADER' ? broker : undefined,
      seen: `${seen}; ${broker.name} itself says ${role ?? 'nothing'}`,
    };
  };
}

/** Where a broker is that was hit: away, or there in a role; or there and silent, so that nobody can say. */
export type Whereabouts =
  | { readonly is: 'away'; readonly why: string }
  | { readonly is: 'there'; readonly role: string }
  | { readonly is: 'silent' };

/**
 * Asks the kubelet's record whether the process of a broker runs, and the broker itself for its role. A process that does
 * not listen yet, or knows of no partition yet, is on its way back.
 */
export async function whereIs(cluster: Cluster, { name, container, partition }: Leader): Promise<Whereabouts> {
  // By its name: a graceful restart has put another pod in its place.
  const pod = cluster.pods.all().find(({ metadata }) => metadata?.name === name);
  const state = pod?.status?.containerStatuses?.find((status) => status.name === container)?.state;
  if (!state?.running) {
    const why = state?.terminated
      ? `ended with ${state.terminated.exitCode}`
      : (state?.waiting?.reason ?? 'is not there');
    return { is: 'away', why: `its process ${why}` };
  }
  try {
    const role = (await cluster.replicasOn({ name })).get(partition)?.role;
    return { is: 'there', role: role?.toLowerCase() ?? 'replica without a role' };
  } catch (error) {
    return error instanceof NoAnswer ? { is: 'silent' } : { is: 'away', why: 'its process does not listen' };
  }
}

/** What each of the other replicas says of itself: `camunda-zeebe-1 says leader, camunda-zeebe-2 says follower`. */
export async function otherReplicas(cluster: Cluster, { name, partition }: Leader): Promise<string> {
  const others = cluster.brokers().filter((broker) => broker.name !== name);
  const said = await Promise.all(
    others.map(async (broker) => {
      const role = (await cluster.replicaOn(broker, partition))?.role;
      return `${broker.name} says ${role?.toLowerCase() ?? 'nothing'}`;
    }),
  );
  return said.join(', ');
}
