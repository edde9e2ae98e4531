/** What somebody's chaos has left in a namespace, as its pods' records tell. */
import type { V1Pod } from '@kubernetes/client-node';
import { WORKER_NAME } from '../traffic/worker-deployment.ts';

/** What the names of every run's tool containers begin with. */
const TOOL_CONTAINERS = 'zeebe-chaos-';

/** One sentence for each tool container that runs and each job worker that is there. */
export function chaosLeftIn(pods: readonly V1Pod[]): string[] {
  return pods.flatMap((pod) => {
    const { name = '', labels } = pod.metadata ?? {};
    if (labels?.['app.kubernetes.io/name'] === WORKER_NAME) return [`${name} is a job worker.`];
    const tools = (pod.status?.ephemeralContainerStatuses ?? []).filter(
      (container) => container.name.startsWith(TOOL_CONTAINERS) && container.state?.running,
    );
    return tools.map((container) => `The tool container ${container.name} is at work in ${name}.`);
  });
}
