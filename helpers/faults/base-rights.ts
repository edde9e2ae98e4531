/** What runs need of the cluster beside their faults. */
import type { Right } from './needs.ts';

/** The rights of every run. A WebSocket is authorized as `get`, from Kubernetes 1.35 on as `create` too. */
export const baseRights: readonly Right[] = [
  { group: '', resource: 'pods', verbs: ['list', 'watch'] },
  { group: '', resource: 'services', verbs: ['list'] },
  { group: 'apps', resource: 'statefulsets', verbs: ['list'] },
  { group: 'apps', resource: 'deployments', verbs: ['list'] },
  { group: '', resource: 'pods/portforward', verbs: ['get', 'create'] },
];

/** The rights of a run that brings job workers along: server-side apply of their Deployment, and their logs. */
export const workerRights: readonly Right[] = [
  { group: 'apps', resource: 'deployments', verbs: ['create', 'patch', 'delete'] },
  { group: '', resource: 'pods/log', verbs: ['get'] },
];
