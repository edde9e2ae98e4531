/** A client of Zeebe's gateway that repeats nothing by itself. */
import { OPEN_ACCESS, type ZeebeAccess } from './access.ts';
import { collected, unary } from './call.ts';
import { openChannel } from './channel.ts';
import type { NewInstance, ZeebeClient } from './client-types.ts';
import { toDeployment, toInstance, toJob, toTopology, toVariables } from './wire.ts';
import type { WireDeployment, WireInstance, WireJob, WireTopology } from './wire.ts';

export type { CallOptions } from './call.ts';
export type * from './client-types.ts';

/** Time for an answer to travel, in milliseconds, on top of what Zeebe was told to wait. */
const TRAVEL = 5_000;

/** A client for the gateway behind `address` (host:port), in plain text and as nobody unless told; it connects with its first call. */
export function connectZeebe({
  address,
  access = OPEN_ACCESS,
}: {
  readonly address: string;
  readonly access?: ZeebeAccess;
}): ZeebeClient {
  const channel = openChannel(address, access);
  return {
    topology: async (options = {}) => toTopology(await unary<WireTopology>(channel, 'Topology', {}, options)),

    deploy: async (resources, options = {}) => {
      const request = { resources: resources.map((r) => ({ name: r.name, content: Buffer.from(r.content) })) };
      return toDeployment(await unary<WireDeployment>(channel, 'DeployResource', request, options));
    },

    createInstance: async (instance, options = {}) =>
      toInstance(await unary<WireInstance>(channel, 'CreateProcessInstance', creation(instance), options)),

    createInstanceWithResult: async ({ requestTimeout, ...instance }, options = {}) => {
      const request = { request: creation(instance), requestTimeout };
      const bounds = { within: requestTimeout + TRAVEL, ...options };
      const answer = await unary<WireInstance>(channel, 'CreateProcessInstanceWithResult', request, bounds);
      return { ...toInstance(answer), variables: toVariables(answer.variables) };
    },

    cancelInstance: async (key, options = {}) => {
      await unary(channel, 'CancelProcessInstance', { processInstanceKey: `${key}` }, options);
    },

    publishMessage: async ({ variables = {}, ...message }, options = {}) => {
      const request = { ...message, variables: JSON.stringify(variables) };
      const { key } = await unary<{ key: string }>(channel, 'PublishMessage', request, options);
      return { key: BigInt(key) };
    },

    activateJobs: async ({ max, ...query }, options = {}) => {
      const request = { ...query, maxJobsToActivate: max };
      const bounds = { within: Math.max(query.requestTimeout, 0) + TRAVEL, ...options };
      const answers = await collected<{ jobs: WireJob[] }>(channel, 'ActivateJobs', request, bounds);
      return answers.flatMap(({ jobs }) => jobs.map(toJob));
    },

    completeJob: async (key, variables = {}, options = {}) => {
      await unary(channel, 'CompleteJob', { jobKey: `${key}`, variables: JSON.stringify(variables) }, options);
    },

    failJob: async (key, { retries, message }, options = {}) => {
      const request = { jobKey: `${key}`, retries, errorMessage: message };
      await unary(channel, 'FailJob', request, options);
    },

    throwError: async (key, { code, message, variables = {} }, options = {}) => {
      const request = { errorCode: code, errorMessage: message, variables: JSON.stringify(variables) };
      await unary(channel, 'ThrowError', { jobKey: `${key}`, ...request }, options);
    },

    updateJobTimeout: async (key, timeout, options = {}) => {
      await unary(channel, 'UpdateJobTimeout', { jobKey: `${key}`, timeout }, options);
    },

    setVariables: async (elementInstanceKey, variables, { local = false, ...options } = {}) => {
      const request = { elementInstanceKey: `${elementInstanceKey}`, variables: JSON.stringify(variables), local };
      await unary(channel, 'SetVariables', request, options);
    },

    broadcastSignal: async (name, variables = {}, options = {}) => {
      await unary(channel, 'BroadcastSignal', { signalName: name, variables: JSON.stringify(variables) }, options);
    },

    migrateInstance: async ({ key, definitionKey, mappings }, options = {}) => {
      const mappingInstructions = mappings.map((m) => ({ sourceElementId: m.source, targetElementId: m.target }));
      const migrationPlan = { targetProcessDefinitionKey: `${definitionKey}`, mappingInstructions };
      await unary(channel, 'MigrateProcessInstance', { processInstanceKey: `${key}`, migrationPlan }, options);
    },

    close: () => {
      channel.grpc.close();
    },
  };
}

function creation({ processId, version = -1, variables = {} }: NewInstance): object {
  return { bpmnProcessId: processId, version, variables: JSON.stringify(variables) };
}
