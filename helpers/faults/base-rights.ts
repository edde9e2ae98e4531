/** What runs need of the cluster beside their faults. */
import type { Right } from '../kubernetes/right.ts';

/** The rights of every run. A WebSocket is authorized as `get`, from Kubernetes 1.35 on as `create` too. */
export const baseRights: readonly Right[] = [
  { why: 'the picture of the cluster, kept by a watch', group: '', resource: 'pods', verbs: ['list', 'watch'] },
  { why: 'the Service that leads to the gateways', group: '', resource: 'services', verbs: ['list'] },
  { why: 'how many replicas are wanted', group: 'apps', resource: 'statefulsets', verbs: ['list'] },
  { why: 'how many replicas are wanted', group: 'apps', resource: 'deployments', verbs: ['list'] },
  { why: "the way to Zeebe's API and actuators", group: '', resource: 'pods/portforward', verbs: ['get', 'create'] },
  {
    why: 'routes that somebody has left in the pods of Zeebe, and whether brokers had processor time',
    group: '',
    resource: 'pods/exec',
    verbs: ['get', 'create'],
  },
  { why: 'what to show when a claim is refuted', group: '', resource: 'events', verbs: ['list'] },
  { why: 'what to show when a claim is refuted', group: '', resource: 'pods/log', verbs: ['get'] },
  { why: 'the label that protects the namespace', group: '', resource: 'namespaces', verbs: ['get'] },
  { why: 'the ledger', group: '', resource: 'configmaps', verbs: ['create', 'list', 'delete'] },
  {
    why: 'the Lease that keeps other runs out',
    group: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['create', 'get', 'update', 'delete'],
  },
];

/** The rights of a run that brings job workers along. */
export const workerRights: readonly Right[] = [
  {
    why: 'the Deployment of job workers, by server-side apply',
    group: 'apps',
    resource: 'deployments',
    verbs: ['create', 'patch', 'delete'],
  },
  { why: 'what job workers say they have done', group: '', resource: 'pods/log', verbs: ['get'] },
];
