/** Clients at work beside an experiment. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, ZeebeClient } from '../zeebe/client.ts';
import type { Create, History, Operation } from './history.ts';
import type { Key } from '../zeebe/keys.ts';
import { deployModel } from '../zeebe/deploy-model.ts';
import { timed } from './record.ts';
import { settle } from './settle.ts';

export interface ClientLoadOptions {
  /** What makes the job type unique: an id of the run and the experiment. */
  readonly id: string;
  /** The partitions that must have acknowledged an instance before the load counts as running. */
  readonly partitions: readonly number[];
  /** Instances per second, after one for each partition at once; 4 unless told. */
  readonly pace?: number;
  /** Calls that may wait at the same time; when as many do, no new one is made. 16 unless told. */
  readonly concurrency?: number;
  /** Milliseconds within which every partition must have answered; 30 000 unless told. */
  readonly within?: number;
  /** Ends the load, as `stop` does. */
  readonly signal?: AbortSignal | undefined;
}

/** Clients at work: each creates an instance that waits for a job, and remembers what it was told. */
export interface ClientLoad {
  readonly jobType: string;
  /** The process whose one job has the type that the variable `jobType` names. */
  readonly processId: string;
  readonly version: number;
  /** Everything done so far, in the order in which it ended. */
  history(): History;
  /** An acknowledged instance that waits on the partition, the oldest; undefined if there is none, or after `settle`. */
  parkedOn(partition: number): Key | undefined;
  /** Makes no more instances, and waits for the calls under way. */
  stop(): Promise<void>;
  /** Stops, completes the jobs of every instance, and asks after those that had none; see `settle`. */
  settle(options: CallOptions & { readonly within: number }): Promise<History>;
}

const PROCESS = 'zeebe-chaos-client-load';
const CALL = 5_000;

/** The type of the jobs that the client load of a run waits with. */
export function jobTypeOf(run: string): string {
  return `zeebe-chaos-client-load-${run}`;
}

/**
 * Deploys the client load and starts it. Throws, and stops again, if a partition acknowledged nothing within the bound:
 * until the deployment has arrived there, requests that the gateway sends to it are rejected with NOT_FOUND.
 */
export async function startClientLoad(client: ZeebeClient, options: ClientLoadOptions): Promise<ClientLoad> {
  const { id, partitions, pace = 4, concurrency = 16, within = 30_000, signal } = options;
  const jobType = jobTypeOf(id);
  const version = await deployModel(client, 'client-load.bpmn', { within, ...(signal && { signal }) });
  const history: Operation[] = [];
  const underWay = new Set<Promise<void>>();
  const ended = new AbortController();
  let settled = false;
  let requests = 0;

  const create = async () => {
    const request = ++requests;
    const instance = { processId: PROCESS, version, variables: { jobType, request } };
    const call = await timed(() => client.createInstance(instance, { within: CALL, signal }));
    const { value, ...told } = call;
    history.push({ op: 'create', request, ...told, ...(value && { key: value.key, partition: value.partition }) });
  };
  let trouble: unknown;
  const tick = () => {
    if (underWay.size >= concurrency) return;
    const call: Promise<void> = create()
      .catch((error: unknown) => void (trouble ??= error))
      .finally(() => underWay.delete(call));
    underWay.add(call);
  };
  // The gateway takes the partitions in turn, so that all have answered soon.
  for (let n = 1; n < partitions.length; n++) tick();
  const running = paced(1000 / pace, ended.signal, tick);
  const stop = async () => {
    ended.abort();
    await running;
    await Promise.all(underWay);
    if (trouble !== undefined) throw trouble as Error;
  };
  signal?.addEventListener(
    'abort',
    () => {
      ended.abort();
    },
    { once: true },
  );

  const load: ClientLoad = {
    jobType,
    processId: PROCESS,
    version,
    history: () => [...history],
    parkedOn: (partition) => (settled ? undefined : history.find((o) => acknowledgedOn(o, partition))?.key),
    stop,
    settle: async (bounds) => {
      await stop();
      settled = true;
      await settle(client, history, { jobType, ...bounds });
      return [...history];
    },
  };
  try {
    await everyPartitionAnswers(load, partitions, { within, signal });
  } catch (error) {
    await stop();
    throw error;
  }
  return load;
}

/** Calls `tick` at every interval until the signal; a late tick is not made up for, so that no burst follows a stall. */
async function paced(intervalMs: number, signal: AbortSignal, tick: () => void): Promise<void> {
  let next = Date.now();
  while (!signal.aborted) {
    tick();
    next = Math.max(next + intervalMs, Date.now());
    await sleep(next - Date.now(), undefined, { signal }).catch(() => undefined);
  }
}

async function everyPartitionAnswers(
  load: ClientLoad,
  partitions: readonly number[],
  { within, signal }: { within: number; signal: AbortSignal | undefined },
): Promise<void> {
  const end = Date.now() + within;
  for (;;) {
    signal?.throwIfAborted();
    const silent = partitions.filter((p) => load.parkedOn(p) === undefined);
    if (silent.length === 0) return;
    if (Date.now() >= end) {
      const last = load.history().findLast((o) => o.error !== undefined)?.error ?? 'no call failed';
      throw new Error(
        `The client load got no instance on partition ${silent.join(', ')} within ${within / 1000} s; last: ${last}`,
      );
    }
    await sleep(10, undefined, { signal });
  }
}

function acknowledgedOn(operation: Operation, partition: number): operation is Create {
  return operation.op === 'create' && operation.outcome === 'ok' && operation.partition === partition;
}
