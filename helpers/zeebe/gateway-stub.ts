/** The part of Zeebe's gRPC API that is in use, read from its descriptor. */
import type { MethodDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { readFileSync } from 'node:fs';

/*
 * gateway.json is a stub generated with protobufjs from gateway.proto of io.camunda:zeebe-gateway-protocol:8.5.8, cut
 * down to the calls below. The proto itself is under the Zeebe Community License 1.1 and is not part of this project;
 * that licence's clarification on gRPC code generation leaves generated stubs unrestricted.
 */
const stub = readFileSync(new URL('./gateway.json', import.meta.url), 'utf8');
const gateway = fromJSON(JSON.parse(stub) as Parameters<typeof fromJSON>[0], {
  keepCase: true,
  longs: String,
  enums: String,
  defaults: true,
})['gateway_protocol.Gateway'] as Record<string, MethodDefinition<object, object>>;

/** The rpcs that helpers may call: those that gateway.json holds. */
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
