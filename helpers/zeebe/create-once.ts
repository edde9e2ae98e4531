/** Creating an instance that must exist once. */
import { ExperimentInvalid } from '../verdict/errors.ts';
import { seconds, type Bound } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import type { Instance, NewInstance, ZeebeClient } from './client.ts';
import { ZeebeError } from './errors.ts';

/**
 * Creates one instance, trying again only after a call that certainly created none: a second one would take what is
 * meant for the first.
 *
 * @throws ExperimentInvalid if nobody can say whether a call created one
 */
export function createOnce(client: ZeebeClient, instance: NewInstance, bound: Bound): Promise<Instance> {
  const create = async (): Promise<Instance> => {
    try {
      return await client.createInstance(instance, { within: 10 * seconds, signal: bound.signal });
    } catch (error) {
      if (!(error instanceof ZeebeError) || error.outcome === 'rejected') throw error;
      throw new ExperimentInvalid(
        `One instance of ${instance.processId} is expected, and whether there is one is unknown: ${error.message}`,
        { cause: error },
      );
    }
  };
  return retry(create, { title: `Creating an instance of ${instance.processId}`, ...bound });
}
