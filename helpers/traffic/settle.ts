/** The end of a client load: completes what was acknowledged, and finds what was not. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, ZeebeClient } from '../zeebe/client.ts';
import type { Operation } from './history.ts';
import type { Key } from '../zeebe/keys.ts';
import { elementInstanceActive } from '../zeebe/questions.ts';
import { timed } from './record.ts';

/** Jobs of one look; their completions are made this many at a time. */
const JOBS = 200;
const AT_A_TIME = 16;
/** Milliseconds until a job comes back that was handed out in an answer that did not arrive. */
export const SETTLE_JOB_TIMEOUT = 10_000;
const CALL = 5_000;
const ASKING = 10_000;

interface SettleOptions extends CallOptions {
  readonly jobType: string;
  readonly within: number;
}

/**
 * Completes every job of the type, and adds what it did to the history, until each acknowledged instance has been seen,
 * each completion answered, and a last look brings nothing, or until `within` milliseconds have passed. After that it
 * asks after each acknowledged instance that was not seen, for an empty look proves nothing: the gateway leaves out
 * partitions that do not answer. Asking takes at most 10 s more. Throws when the signal fires.
 */
export async function settle(client: ZeebeClient, history: Operation[], options: SettleOptions): Promise<void> {
  const { jobType, within, signal } = options;
  const end = Date.now() + within;
  const unseen = new Set(history.flatMap((o) => (o.op === 'create' && o.outcome === 'ok' && o.key ? [o.key] : [])));
  /** The jobs of instances whose completion was not answered, by the instances' keys. */
  const unfinished = new Map<Key, Key>();

  while (Date.now() < end) {
    signal?.throwIfAborted();
    const { outcome, jobs } = await look(client, history, jobType, signal);
    for (const { key, instanceKey } of jobs) {
      unseen.delete(instanceKey);
      unfinished.set(instanceKey, key);
    }
    // What was not answered is asked again: if it was done, that is refused, and the job itself would not come back.
    await inTurn([...unfinished], async ([instanceKey, job]) => {
      const told = await timed(() => client.completeJob(job, {}, { within: CALL, signal }));
      history.push({ op: 'complete', key: instanceKey, ...told });
      if (told.outcome !== 'unknown') unfinished.delete(instanceKey);
    });
    if (outcome === 'ok' && jobs.length === 0 && unseen.size === 0 && unfinished.size === 0) return;
    if (outcome !== 'ok' || jobs.length === 0) await sleep(outcome === 'ok' ? 50 : 200, undefined, { signal });
  }
  await inTurn([...unseen], async (key) => {
    if (Date.now() > end + ASKING) return;
    signal?.throwIfAborted();
    const { value: active, ...told } = await timed(() => elementInstanceActive(client, key, { within: CALL, signal }));
    history.push({ op: 'ask', key, ...told, ...(active !== undefined && { active }) });
  });
}

async function look(client: ZeebeClient, history: Operation[], type: string, signal: AbortSignal | undefined) {
  const query = { type, max: JOBS, timeout: SETTLE_JOB_TIMEOUT, requestTimeout: -1, worker: 'zeebe-chaos-settle' };
  const { value: jobs = [], ...told } = await timed(() => client.activateJobs(query, { signal }));
  const seen = jobs.map((job) => ({ request: Number(job.variables['request']), key: job.instanceKey }));
  history.push({ op: 'activate', seen, ...told });
  return { outcome: told.outcome, jobs };
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}
