/** What a network cut needs, from a cluster's pods. */
import type { CutContext } from './disconnect.ts';
import { identityOf, podIn } from '../../kubernetes/pods.ts';
import type { ToolContainers } from '../../kubernetes/tool-container.ts';
import type { Cluster } from '../../cluster/cluster.ts';

/** Gives cuts the tool containers of this cluster's pods, and a bystander as their witness. */
export function cutContext(cluster: Cluster, containers: ToolContainers): CutContext {
  // In a PID namespace of their own: they must outlive a broker that is killed while it is cut off.
  return {
    tools: (pod) => containers.in(pod),
    exists: (pod) => podIn(cluster.pods.all(), pod) !== undefined,
    witness: (a, b) => containers.in(identityOf(cluster.bystander(a, b))),
  };
}
