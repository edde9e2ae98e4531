/** A client of Zeebe's gateway that repeats nothing by itself. */
import { Client, credentials } from '@grpc/grpc-js';
import { collected, unary } from './call.ts';
import type { NewInstance, ZeebeClient } from './client-types.ts';
import { toDeployment, toInstance, toJob, toTopology, toVariables } from './wire.ts';
import type { WireDeployment, WireInstance, WireJob, WireTopology } from './wire.ts';

export type { CallOptions } from './call.ts';
export type * from './client-types.ts';

/*
 * The address is a local port whose far end moves from gateway to gateway: reconnect in tenths of a second. Keepalive
 * finds a connection that leads nowhere any more; a gateway answers pings that come more often than every 30 s
 * (minKeepAliveInterval) with GOAWAY too_many_pings. Retries are the caller's, who knows what is safe.
 */
const CHANNEL_OPTIONS = {
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.min_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 500,
  'grpc.keepalive_time_ms': 45_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.enable_retries': 0,
};

/** Time for an answer to travel, in milliseconds, on top of what Zeebe was told to wait. */
const TRAVEL = 5_000;

/** A client for the gateway behind `address` (host:port, no TLS); it connects with its first call. */
export function connectZeebe({ address }: { address: string }): ZeebeClient {
  const grpc = new Client(address, credentials.createInsecure(), CHANNEL_OPTIONS);
  return {
    topology: async (options = {}) => toTopology(await unary<WireTopology>(grpc, 'Topology', {}, options)),

    deploy: async (resources, options = {}) => {
      const request = { resources: resources.map((r) => ({ name: r.name, content: Buffer.from(r.content) })) };
      return toDeployment(await unary<WireDeployment>(grpc, 'DeployResource', request, options));
    },

    createInstance: async (instance, options = {}) =>
      toInstance(await unary<WireInstance>(grpc, 'CreateProcessInstance', creation(instance), options)),

    createInstanceWithResult: async ({ requestTimeout, ...instance }, options = {}) => {
      const request = { request: creation(instance), requestTimeout };
      const bounds = { within: requestTimeout + TRAVEL, ...options };
      const answer = await unary<WireInstance>(grpc, 'CreateProcessInstanceWithResult', request, bounds);
      return { ...toInstance(answer), variables: toVariables(answer.variables) };
    },

    cancelInstance: async (key, options = {}) => {
      await unary(grpc, 'CancelProcessInstance', { processInstanceKey: `${key}` }, options);
    },

    publishMessage: async ({ variables = {}, ...message }, options = {}) => {
      const request = { ...message, variables: JSON.stringify(variables) };
      const { key } = await unary<{ key: string }>(grpc, 'PublishMessage', request, options);
      return { key: BigInt(key) };
    },

    activateJobs: async ({ max, ...query }, options = {}) => {
      const request = { ...query, maxJobsToActivate: max };
      const bounds = { within: Math.max(query.requestTimeout, 0) + TRAVEL, ...options };
      const answers = await collected<{ jobs: WireJob[] }>(grpc, 'ActivateJobs', request, bounds);
      return answers.flatMap(({ jobs }) => jobs.map(toJob));
    },

    completeJob: async (key, variables = {}, options = {}) => {
      await unary(grpc, 'CompleteJob', { jobKey: `${key}`, variables: JSON.stringify(variables) }, options);
    },

    failJob: async (key, { retries, message }, options = {}) => {
      const request = { jobKey: `${key}`, retries, errorMessage: message };
      await unary(grpc, 'FailJob', request, options);
    },

    throwError: async (key, { code, message, variables = {} }, options = {}) => {
      const request = { errorCode: code, errorMessage: message, variables: JSON.stringify(variables) };
      await unary(grpc, 'ThrowError', { jobKey: `${key}`, ...request }, options);
    },

    updateJobTimeout: async (key, timeout, options = {}) => {
      await unary(grpc, 'UpdateJobTimeout', { jobKey: `${key}`, timeout }, options);
    },

    setVariables: async (elementInstanceKey, variables, { local = false, ...options } = {}) => {
      const request = { elementInstanceKey: `${elementInstanceKey}`, variables: JSON.stringify(variables), local };
      await unary(grpc, 'SetVariables', request, options);
    },

    broadcastSignal: async (name, variables = {}, options = {}) => {
      await unary(grpc, 'BroadcastSignal', { signalName: name, variables: JSON.stringify(variables) }, options);
    },

    migrateInstance: async ({ key, definitionKey, mappings }, options = {}) => {
      const mappingInstructions = mappings.map((m) => ({ sourceElementId: m.source, targetElementId: m.target }));
      const migrationPlan = { targetProcessDefinitionKey: `${definitionKey}`, mappingInstructions };
      await unary(grpc, 'MigrateProcessInstance', { processInstanceKey: `${key}`, migrationPlan }, options);
    },

    close: () => {
      grpc.close();
    },
  };
}

function creation({ processId, version = -1, variables = {} }: NewInstance): object {
  return { bpmnProcessId: processId, version, variables: JSON.stringify(variables) };
}
