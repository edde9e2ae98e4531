/** A fault between leaders that means something only for as long as they lead. */
import type { Leader } from '../cluster/cluster.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { renderTopology } from '../zeebe/render-topology.ts';
import { leaderOf, type Topology } from '../zeebe/topology.ts';
import type { Evidence, Fault } from './fault.ts';
import { wrapped } from './wrapped.ts';

/**
 * Returns the fault with one more proof: each of the leaders still leads its partition.
 *
 * Zeebe's elections have no leader stickiness, so a follower that is cut off from its leader takes over if nothing was
 * written to the partition meanwhile. What is shown after that is not what the experiment claims.
 */
export function keepingLeaders(fault: Fault, leaders: readonly Leader[], topology: () => Promise<Topology>): Fault {
  return wrapped(fault, {
    prove: async () => ({ ...(await fault.prove()), ...leadership(leaders, await topology()) }),
  });
}

function leadership(leaders: readonly Leader[], topology: Topology): Evidence {
  for (const { partition, nodeId } of leaders)
    if (leaderOf(topology, partition)?.nodeId !== nodeId)
      throw new ExperimentInvalid(
        `The fault was overtaken by an election: broker ${nodeId} is expected to lead partition ${partition} still; the topology is ${renderTopology(topology)}.`,
      );
  return Object.fromEntries(leaders.map(({ partition, name }) => [`leader of ${partition}`, name]));
}
