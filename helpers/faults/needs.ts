/** What a fault needs of the cluster, declared beside it. */

/** A permission in Zeebe's namespace, in the words of a Kubernetes Role: `{ group: 'apps', resource: 'deployments', verbs: ['list'] }`. */
export interface Right {
  /** What it is for. */
  readonly why: string;
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

export interface FaultNeeds {
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
