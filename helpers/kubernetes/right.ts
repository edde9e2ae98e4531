/** What a run may do in the cluster. */

/** A permission in Zeebe's namespace, in the words of a Kubernetes Role: `{ group: 'apps', resource: 'deployments', verbs: ['list'] }`. */
export interface Right {
  /** What it is for. */
  readonly why: string;
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}
