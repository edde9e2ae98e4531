/** Messages with what they carry, and instances that wait for them. */
import { seconds, type Bound } from '../wait/deadline.ts';
import type { Question } from '../wait/eventually.ts';
import { cancelUnlessEnded } from '../zeebe/cancel.ts';
import type { ZeebeClient } from '../zeebe/client.ts';
import { createOnce } from '../zeebe/create-once.ts';
import { deployModel } from '../zeebe/deploy-model.ts';
import type { Key } from '../zeebe/keys.ts';

export interface SentMessage {
  readonly name: string;
  readonly correlationKey: string;
  /** What tells this message from every other one. */
  readonly payload: string;
}

const PROCESS = 'zeebe-chaos-message-receiver';
let receivers = 0;

/** Deploys the process of receivers; returns its version. */
export function deployReceiver(client: ZeebeClient, bound: Bound): Promise<number> {
  return deployModel(client, 'message-receiver.bpmn', bound);
}

/** An instance that waits for one message and then hands what it received to a job of its own type. */
export class Receiver {
  readonly key: Key;
  readonly #client: ZeebeClient;
  readonly #jobType: string;
  #ended = false;

  private constructor(client: ZeebeClient, key: Key, jobType: string) {
    this.#client = client;
    this.key = key;
    this.#jobType = jobType;
  }

  /** Starts a receiver of messages with this name and correlation key; there is exactly one, or this throws. */
  static async start(
    client: ZeebeClient,
    { name, correlationKey }: Pick<SentMessage, 'name' | 'correlationKey'>,
    version: number,
    bound: Bound,
  ): Promise<Receiver> {
    const jobType = `${name}-receiver-${(receivers += 1)}`;
    const variables = { messageName: name, correlationKey, jobType };
    const { key } = await createOnce(client, { processId: PROCESS, version, variables }, bound);
    return new Receiver(client, key, jobType);
  }

  /** Asks for the payload of the message that was correlated, and lets the instance complete once it is told. */
  received(signal: AbortSignal): Question<string> {
    const query = { type: this.#jobType, max: 1, timeout: 30 * seconds, requestTimeout: -1, worker: 'zeebe-chaos' };
    return async () => {
      const [job] = await this.#client.activateJobs(query, { signal });
      if (!job) return { value: undefined, seen: `instance ${this.key} has received no message` };
      await this.#client.completeJob(job.key, {}, { signal });
      this.#ended = true;
      return { value: String(job.variables['payload']), seen: 'a message' };
    };
  }

  /** Cancels the instance if it still waits. */
  async end(): Promise<void> {
    if (this.#ended) return;
    await cancelUnlessEnded(this.#client, this.key, { within: 20 * seconds });
    this.#ended = true;
  }
}
