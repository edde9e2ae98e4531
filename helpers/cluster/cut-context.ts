/** What a network cut needs, from a cluster's pods. */
import type { CutContext } from '../faults/disconnect.ts';
import { identityOf, type PodIdentity } from '../kubernetes/pods.ts';
import type { ToolContainers } from '../kubernetes/tool-container.ts';
import type { Cluster } from './cluster.ts';
import { zeebeContainerOf } from './resolve.ts';

/** Gives cuts the tool containers of this cluster's pods, and a bystander as their witness. */
export function cutContext(cluster: Cluster, containers: ToolContainers): CutContext {
  const tools = (pod: PodIdentity) => containers.in(pod, containerOf(cluster, pod));
  return { tools, witness: (a, b) => tools(identityOf(cluster.bystander(a, b))) };
}

function containerOf(cluster: Cluster, target: PodIdentity): string {
  const pod = cluster.pods.all().find((p) => p.metadata?.uid === target.uid);
  if (!pod) throw new Error(`Pod ${target.name} was expected to be there still, and was replaced.`);
  return zeebeContainerOf(pod);
}
