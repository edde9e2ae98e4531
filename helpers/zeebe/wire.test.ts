import { expect, test } from 'vitest';
import { toDeployment, toInstance, toTopology, toVariables } from './wire.ts';

test('brokers and partitions come in order, whatever order the gateway told them in', () => {
  const broker = { host: 'zeebe', port: 26501, version: '8.5.8' };
  const replica = { role: 'FOLLOWER', health: 'UNHEALTHY' } as const;
  const topology = toTopology({
    clusterSize: 2,
    partitionsCount: 2,
    replicationFactor: 2,
    gatewayVersion: '8.5.8',
    brokers: [
      {
        ...broker,
        nodeId: 1,
        partitions: [
          { partitionId: 2, ...replica },
          { partitionId: 1, ...replica },
        ],
      },
      { ...broker, nodeId: 0, partitions: [] },
    ],
  });

  expect(topology.brokers.map((b) => b.nodeId)).toEqual([0, 1]);
  expect(topology.brokers[1]?.partitions).toEqual([
    { id: 1, role: 'follower', health: 'unhealthy' },
    { id: 2, role: 'follower', health: 'unhealthy' },
  ]);
});

test('a key past 2^53 stays exact, and its partition is told', () => {
  const instance = toInstance({
    processInstanceKey: '11258999068426241',
    processDefinitionKey: '2251799813685249',
    version: 3,
    variables: '',
  });

  expect(instance).toEqual({ key: 11258999068426241n, definitionKey: 2251799813685249n, version: 3, partition: 5 });
});

test('a deployment tells processes and decisions apart', () => {
  const deployment = toDeployment({
    key: '7',
    deployments: [
      { process: { bpmnProcessId: 'multiVersion', processDefinitionKey: '8', version: 2 } },
      { process: null, decision: { dmnDecisionId: 'fancyDecision', decisionKey: '9', version: 4 } },
      {},
    ],
  });

  expect(deployment).toEqual({
    key: 7n,
    processes: [{ processId: 'multiVersion', key: 8n, version: 2 }],
    decisions: [{ decisionId: 'fancyDecision', key: 9n, version: 4 }],
  });
});

test('no variables are an empty document', () => {
  expect(toVariables('')).toEqual({});
  expect(toVariables('{"a":1}')).toEqual({ a: 1 });
});
