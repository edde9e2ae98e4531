/** The management endpoints of one broker. */
import type { CallOptions } from './call.ts';

/** One partition on one broker as its `partitions` actuator tells it (io.camunda.zeebe.broker.system.management.PartitionStatus). */
export interface PartitionStatus {
  readonly role: 'LEADER' | 'FOLLOWER' | 'INACTIVE' | 'CANDIDATE' | null;
  readonly processedPosition: number | null;
  readonly snapshotId: string | null;
  readonly processedPositionInSnapshot: number | null;
  readonly streamProcessorPhase: string | null;
  readonly exporterPhase: string | null;
  readonly exportedPosition: number | null;
}

/** The management endpoints of one broker or gateway; every method throws an Error that names method, URL and answer. */
export interface Actuators {
  /** Asks every leader that is not its partition's primary to step down (gateway and embedded gateway only). */
  rebalance(options?: CallOptions): Promise<void>;
  /** The partitions of this broker by id (broker only). */
  partitions(options?: CallOptions): Promise<Map<number, PartitionStatus>>;
  /** Asks this broker to take a snapshot of each of its partitions; it is answered before they are there (broker only). */
  takeSnapshot(options?: CallOptions): Promise<void>;
}

/** The actuators under `base`, the URL up to and with the base path: `http://127.0.0.1:9600/actuator`. */
export function actuatorsAt(base: string): Actuators {
  const root = base.replace(/\/+$/, '');
  return {
    rebalance: async (options) => {
      await ask('POST', `${root}/rebalance`, options);
    },
    partitions: async (options) => {
      const text = await ask('GET', `${root}/partitions`, options);
      const byId = JSON.parse(text) as Record<string, PartitionStatus>;
      return new Map(Object.entries(byId).map(([id, status]) => [Number(id), status]));
    },
    takeSnapshot: async (options) => {
      await ask('POST', `${root}/partitions/takeSnapshot`, options);
    },
  };
}

/** Thrown where somebody listens and does not answer in time: nobody can say what the answer would be. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

async function ask(
  method: 'GET' | 'POST',
  url: string,
  { within = 10_000, signal }: CallOptions = {},
): Promise<string> {
  const bound = AbortSignal.timeout(within);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { method, signal: signal ? AbortSignal.any([signal, bound]) : bound });
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    if (bound.aborted)
      throw new NoAnswer(`${method} ${url} did not answer within ${within / 1000} s.`, { cause: error });
    throw new Error(`${method} ${url} could not be reached: ${reason(error)}.`, { cause: error });
  }
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return text;
}

/** fetch only says "fetch failed"; what happened is in its cause. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
