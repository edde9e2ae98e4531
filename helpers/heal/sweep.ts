/** What no entry of the ledger tells of: ended where it carries the mark of this project, and named where it does not. */
import { blockedWays } from '../cluster/blocked-ways.ts';
import { halfOpenConnections } from '../cluster/half-open.ts';
import { survey } from '../cluster/landmarks.ts';
import { reasonOf, unlessGone } from '../kubernetes/apply.ts';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { watchPods } from '../kubernetes/pod-watch.ts';
import {
  endToolContainers,
  OF_ANY_RUN,
  runningToolContainers,
  type ToolContainerPlace,
} from '../kubernetes/tool-containers.ts';
import type { Landmarks } from '../settings.ts';
import { WORKERS_OF_ANY_RUN, workersAmong } from '../traffic/worker-deployment.ts';
import { minutes } from '../wait/deadline.ts';

export interface Swept {
  /** What was ended, by name. */
  readonly ended: readonly string[];
  /** One sentence for each thing that nobody can say this project has made. */
  readonly found: readonly string[];
}

/**
 * Ends the tool containers and the job workers of every run in a namespace, with what they carry.
 *
 * Whoever calls must hold the namespace and have healed its ledger: what is there then is nobody's.
 *
 * @throws Error if something does not end
 */
export async function sweep(kubernetes: Kubernetes, namespace: string, landmarks: Landmarks): Promise<Swept> {
  const place = { kubernetes, namespace, pods: await watchPods(kubernetes, namespace) };
  try {
    const ended = [...(await endAllToolContainers(place)), ...(await removeAllWorkers(place))];
    return { ended, found: await strange(place, landmarks) };
  } finally {
    place.pods.close();
  }
}

/** A pod that cannot be asked, such as one that starts, is told like what is found. */
async function strange(place: ToolContainerPlace, landmarks: Landmarks): Promise<string[]> {
  try {
    const { see } = await survey(place.kubernetes, place.namespace, landmarks);
    const pods = place.pods.all().map(see);
    return (await Promise.all([blockedWays(place, pods), halfOpenConnections(place, pods)])).flat();
  } catch (error) {
    return [`Not every pod could be asked: ${reasonOf(error)}`];
  }
}

async function endAllToolContainers(place: ToolContainerPlace): Promise<string[]> {
  const running = runningToolContainers(place.pods.all(), OF_ANY_RUN);
  await endToolContainers(place, OF_ANY_RUN);
  return running.map(({ pod, container }) => `tool container ${container} in ${pod}`);
}

async function removeAllWorkers({ kubernetes, namespace, pods }: ToolContainerPlace): Promise<string[]> {
  const workers = { namespace, labelSelector: WORKERS_OF_ANY_RUN };
  const { items } = await kubernetes.apps.listNamespacedDeployment(workers);
  const names = items.map(({ metadata }) => metadata?.name ?? '');
  for (const name of names) await unlessGone(kubernetes.apps.deleteNamespacedDeployment({ namespace, name }));
  await pods.until('no job worker left', (all) => workersAmong(all).length === 0, { within: 1 * minutes });
  return names.map((name) => `job workers ${name}`);
}
