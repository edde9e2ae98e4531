/** What a fault needs of the cluster, declared beside it. */

import type { Cluster } from '../cluster/cluster.ts';
import type { Kubernetes } from '../kubernetes/connection.ts';
import type { PodWatch } from '../kubernetes/pod-watch.ts';
import type { Right } from '../kubernetes/right.ts';
import type { ToolContainers } from '../kubernetes/tool-container.ts';
import type { Recovery } from './fault.ts';

/** What a fault can be undone with when the run that put it in is gone. */
export interface RecoveryContext {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly pods: PodWatch;
  readonly containers: ToolContainers;
  /** Opened when first asked for; throws where no Zeebe answers. */
  cluster(): Promise<Cluster>;
}

/** Makes of the record of a fault (`Fault.record`) what undoes it; touches nothing yet. */
export type Recover = (context: RecoveryContext, record: unknown) => Recovery;

export interface FaultNeeds {
  /** What its titles begin with: `disconnect`. */
  readonly verb: string;
  /** Beyond what every run needs. */
  readonly rights: readonly Right[];
  /** The image of the containers that the fault brings along; `tools` is CHAOS_TOOL_IMAGE. */
  readonly image: 'none' | 'tools';
}

/** A tool container and commands in it. A WebSocket is authorized as `get`, from Kubernetes 1.35 on as `create` too. */
export const toolContainerRights: readonly Right[] = [
  { why: 'tool containers, which carry faults', group: '', resource: 'pods/ephemeralcontainers', verbs: ['patch'] },
  { why: 'faults, their proofs and their lifts', group: '', resource: 'pods/exec', verbs: ['get', 'create'] },
];
