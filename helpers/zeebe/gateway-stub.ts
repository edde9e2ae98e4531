/** The part of Zeebe's gRPC API that is in use, read from its descriptor. */
import type { MethodDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { readFileSync } from 'node:fs';

/*
 * gateway.json is what `npm run descriptors` makes of the protocol's descriptors in Zeebe's Go client module, which is under
 * the Apache License 2.0.
 */
const stub = readFileSync(new URL('./gateway.json', import.meta.url), 'utf8');
const gateway = fromJSON(JSON.parse(stub) as Parameters<typeof fromJSON>[0], {
  keepCase: true,
  longs: String,
  enums: String,
  defaults: true,
})['gateway_protocol.Gateway'] as Record<string, MethodDefinition<object, object>>;

/** The rpcs that helpers call. */
export type Rpc =
  | 'Topology'
  | 'DeployResource'
  | 'CreateProcessInstance'
  | 'CreateProcessInstanceWithResult'
  | 'CancelProcessInstance'
  | 'PublishMessage'
  | 'ActivateJobs'
  | 'CompleteJob'
  | 'UpdateJobTimeout'
  | 'SetVariables'
  | 'MigrateProcessInstance'
  | 'FailJob'
  | 'ThrowError'
  | 'BroadcastSignal';

/** Path, serializer and deserializer of one rpc; longs come as decimal strings and go as such, enums by name. */
export function rpcDefinition(rpc: Rpc): MethodDefinition<object, object> {
  const definition = gateway[rpc];
  if (!definition) throw new Error(`The gateway stub holds no rpc ${rpc}.`);
  return definition;
}
