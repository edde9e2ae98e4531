/** The gateway's answers as they come, and how they become ours. */
import type { Deployed, Instance, Job, Variables } from './client-types.ts';
import { partitionOf } from './keys.ts';
import type { Health, Role, Topology } from './topology.ts';

export interface WireTopology {
  clusterSize: number;
  partitionsCount: number;
  replicationFactor: number;
  gatewayVersion: string;
  brokers: {
    nodeId: number;
    host: string;
    port: number;
    version: string;
    partitions: { partitionId: number; role: Uppercase<Role>; health: Uppercase<Health> }[];
  }[];
}

export interface WireDeployment {
  key: string;
  deployments: {
    process?: { bpmnProcessId: string; processDefinitionKey: string; version: number } | null;
    decision?: { dmnDecisionId: string; decisionKey: string; version: number } | null;
  }[];
}

export interface WireInstance {
  processInstanceKey: string;
  processDefinitionKey: string;
  version: number;
  variables: string;
}

export interface WireJob {
  key: string;
  type: string;
  bpmnProcessId: string;
  processInstanceKey: string;
  elementId: string;
  elementInstanceKey: string;
  retries: number;
  variables: string;
}

/** The topology with brokers by node id and partitions by id; the gateway promises no order. */
export function toTopology({ brokers, ...cluster }: WireTopology): Topology {
  return {
    ...cluster,
    brokers: brokers
      .map(({ partitions, ...broker }) => ({
        ...broker,
        partitions: partitions
          .map((p) => ({
            id: p.partitionId,
            role: p.role.toLowerCase() as Role,
            health: p.health.toLowerCase() as Health,
          }))
          .sort((a, b) => a.id - b.id),
      }))
      .sort((a, b) => a.nodeId - b.nodeId),
  };
}

/** The deployment with its processes and decisions apart; requirements graphs and forms are left out. */
export function toDeployment({ key, deployments }: WireDeployment): Deployed {
  return {
    key: BigInt(key),
    processes: deployments.flatMap(({ process: p }) =>
      p ? [{ processId: p.bpmnProcessId, key: BigInt(p.processDefinitionKey), version: p.version }] : [],
    ),
    decisions: deployments.flatMap(({ decision: d }) =>
      d ? [{ decisionId: d.dmnDecisionId, key: BigInt(d.decisionKey), version: d.version }] : [],
    ),
  };
}

/** The created instance; its partition is read from its key. */
export function toInstance(answer: WireInstance): Instance {
  const key = BigInt(answer.processInstanceKey);
  return {
    key,
    definitionKey: BigInt(answer.processDefinitionKey),
    version: answer.version,
    partition: partitionOf(key),
  };
}

/** The activated job; its partition is read from its key. */
export function toJob(job: WireJob): Job {
  const key = BigInt(job.key);
  return {
    key,
    type: job.type,
    processId: job.bpmnProcessId,
    instanceKey: BigInt(job.processInstanceKey),
    elementId: job.elementId,
    elementInstanceKey: BigInt(job.elementInstanceKey),
    partition: partitionOf(key),
    retries: job.retries,
    variables: toVariables(job.variables),
  };
}

/** Variables from Zeebe's JSON document; an empty string is an empty document. */
export function toVariables(json: string): Variables {
  return json === '' ? {} : (JSON.parse(json) as Variables);
}
