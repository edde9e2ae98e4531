/** Versions of a process and its decision that nobody has deployed before. */
import type { CallOptions, DeployedProcess, Resource, ZeebeClient } from './client.ts';
import { readModel } from './models.ts';

/**
 * Deploys `count` new versions of the model (a folder of bpmn/ with v1 and v2 of a BPMN and of the DMN it calls), one
 * after the other and in turn, within `within` milliseconds in all (30 000 unless told), and returns the last of them.
 *
 * Zeebe makes no new version of a resource whose name and checksum are those of the latest one, and nothing tells which
 * variant the latest is. So v1 is deployed first, uncounted: whether new or not, it is the latest then, and every
 * deployment after it, beginning with v2, is new. What is deployed thus stays the files of the repository, which a
 * comment unique to the run would not.
 *
 * Throws if an answer names a version that is not higher than the one before: then someone else deploys the same model.
 */
export async function deployVersions(
  client: ZeebeClient,
  model: string,
  { count, within = 30_000, signal }: CallOptions & { readonly count: number },
): Promise<DeployedProcess> {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`At least one version is deployed, not ${count}.`);
  const end = Date.now() + within;
  const deploy = (resources: Resource[]) => deployOne(client, resources, { within: end - Date.now(), signal });
  const [v1, v2] = await Promise.all([variant(model, 1), variant(model, 2)]);

  let latest = await deploy(v1);
  for (let n = 0; n < count; n++) {
    const next = await deploy(n % 2 === 0 ? v2 : v1);
    if (next.version <= latest.version) throw new Error(notNew(next, latest, n + 1, count));
    latest = next;
  }
  return latest;
}

/** Both variants go by the same names: Zeebe would take another name alone for a change. */
function variant(model: string, v: 1 | 2): Promise<Resource[]> {
  return Promise.all(['bpmn', 'dmn'].map((ending) => readModel(`${model}/v${v}.${ending}`, `${model}.${ending}`)));
}

async function deployOne(client: ZeebeClient, resources: Resource[], options: CallOptions): Promise<DeployedProcess> {
  const [process, another] = (await client.deploy(resources, options)).processes;
  if (!process || another) throw new Error(`A model holds one process; ${resources[0]?.name} does not.`);
  return process;
}

function notNew(next: DeployedProcess, latest: DeployedProcess, n: number, count: number): string {
  return `Deployment ${n} of ${count} of ${next.processId} made version ${next.version}, not one above ${latest.version}.`;
}
