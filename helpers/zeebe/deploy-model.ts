/** Deployments that prepare something and are no action of an experiment. */
import { seconds, type Bound } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import type { ZeebeClient } from './client.ts';
import { readModel } from './models.ts';

/**
 * Deploys a model under bpmn/ and returns the version of its process. Deployed again, Zeebe knows it for the same and
 * makes no other version, so that a call whose answer was lost is repeated: a gateway may answer INTERNAL because its
 * connection leads to a broker that has restarted since (docs/findings.md).
 *
 * @throws Error with the last answer when the bound has passed; the signal's reason when it fires
 */
export async function deployModel(client: ZeebeClient, file: string, bound: Bound): Promise<number> {
  const resources = [await readModel(file)];
  const call = (signal: AbortSignal) => client.deploy(resources, { within: 5 * seconds, signal });
  const { processes } = await retry(call, { title: `Deploying ${file}`, ...bound });
  const [process] = processes;
  if (!process) throw new Error(`The deployment of ${file} made no process.`);
  return process.version;
}
