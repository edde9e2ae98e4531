/** What the client takes and returns. */
import type { CallOptions } from './call.ts';
import type { Key } from './keys.ts';
import type { Topology } from './topology.ts';

/** Process variables as plain JSON; a key among them must be a string, since JSON has no 64-bit number. */
export type Variables = Readonly<Record<string, unknown>>;

export interface Resource {
  /** The name under which Zeebe stores it; its ending (.bpmn, .dmn) says what it is. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

export interface DeployedProcess {
  readonly processId: string;
  readonly key: Key;
  readonly version: number;
}

export interface DeployedDecision {
  readonly decisionId: string;
  readonly key: Key;
  readonly version: number;
}

export interface Deployed {
  readonly key: Key;
  readonly processes: readonly DeployedProcess[];
  readonly decisions: readonly DeployedDecision[];
}

export interface NewInstance {
  readonly processId: string;
  /** The latest version that the partition knows, unless told. */
  readonly version?: number | undefined;
  readonly variables?: Variables | undefined;
}

export interface Instance {
  readonly key: Key;
  readonly definitionKey: Key;
  readonly version: number;
  readonly partition: number;
}

export interface Message {
  readonly name: string;
  readonly correlationKey: string;
  readonly messageId?: string | undefined;
  /** Milliseconds for which Zeebe buffers the message. */
  readonly timeToLive: number;
  readonly variables?: Variables | undefined;
}

export interface JobQuery {
  readonly type: string;
  readonly max: number;
  /** Milliseconds until an activated job that is not completed is handed out again. */
  readonly timeout: number;
  /** Milliseconds for which the gateway waits for a first job; negative = do not wait. */
  readonly requestTimeout: number;
  readonly worker: string;
}

export interface Job {
  readonly key: Key;
  readonly type: string;
  readonly processId: string;
  readonly instanceKey: Key;
  readonly elementId: string;
  readonly elementInstanceKey: Key;
  readonly partition: number;
  readonly retries: number;
  readonly variables: Variables;
}

export interface JobFailure {
  /** How often the job is handed out again from now on; 0 raises an incident. */
  readonly retries: number;
  readonly message: string;
}

export interface BpmnError {
  /** What a boundary event catches. */
  readonly code: string;
  readonly message: string;
  /** For the event that catches it. */
  readonly variables?: Variables | undefined;
}

export interface Migration {
  readonly key: Key;
  readonly definitionKey: Key;
  readonly mappings: readonly { readonly source: string; readonly target: string }[];
}

/**
 * Zeebe's gateway over gRPC. No method retries; each throws a ZeebeError whose `outcome` says whether the command may
 * have been carried out all the same. Times are milliseconds.
 */
export interface ZeebeClient {
  /** The cluster as the answering gateway knows it from gossip. */
  topology(options?: CallOptions): Promise<Topology>;
  /** Deploys all resources in one call, answered once partition 1 has them; the others get them later. */
  deploy(resources: readonly Resource[], options?: CallOptions): Promise<Deployed>;
  /** Creates an instance on the partition that the gateway chooses. */
  createInstance(instance: NewInstance, options?: CallOptions): Promise<Instance>;
  /** Creates an instance and answers when it has completed; Zeebe gives up after `requestTimeout`. */
  createInstanceWithResult(
    instance: NewInstance & { readonly requestTimeout: number },
    options?: CallOptions,
  ): Promise<Instance & { readonly variables: Variables }>;
  cancelInstance(key: Key, options?: CallOptions): Promise<void>;
  /** Publishes to the partition of the correlation key; ALREADY_EXISTS if a message with this id is still buffered. */
  publishMessage(message: Message, options?: CallOptions): Promise<{ readonly key: Key }>;
  /** Activates jobs of all partitions that answer; a call that fails half-way leaves its jobs to their timeout. */
  activateJobs(query: JobQuery, options?: CallOptions): Promise<Job[]>;
  completeJob(key: Key, variables?: Variables, options?: CallOptions): Promise<void>;
  /** Hands a job back as failed. */
  failJob(key: Key, failure: JobFailure, options?: CallOptions): Promise<void>;
  /** Ends a job with a BPMN error. */
  throwError(key: Key, error: BpmnError, options?: CallOptions): Promise<void>;
  /** Sets a job's remaining time. */
  updateJobTimeout(key: Key, timeout: number, options?: CallOptions): Promise<void>;
  /** Sets variables in the scope of an element instance, there only if `local`. */
  setVariables(
    elementInstanceKey: Key,
    variables: Variables,
    options?: CallOptions & { readonly local?: boolean },
  ): Promise<void>;
  /** Tells every instance that waits for the signal. */
  broadcastSignal(name: string, variables?: Variables, options?: CallOptions): Promise<void>;
  migrateInstance(migration: Migration, options?: CallOptions): Promise<void>;
  /** Ends the connection and every call on it. */
  close(): void;
}
