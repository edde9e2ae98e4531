/** What somebody's chaos has left in a namespace, as its pods' records tell. */
import type { V1Pod } from '@kubernetes/client-node';
import { runningToolContainers } from '../kubernetes/tool-containers.ts';
import { WORKER_NAME } from '../traffic/worker-deployment.ts';

/** What the names of every run's tool containers begin with. */
const TOOL_CONTAINERS = 'zeebe-chaos';

/** One sentence for each tool container that runs and each job worker that is there. */
export function chaosLeftIn(pods: readonly V1Pod[]): string[] {
  const workers = pods.filter(({ metadata }) => metadata?.labels?.['app.kubernetes.io/name'] === WORKER_NAME);
  return [
    ...runningToolContainers(pods, TOOL_CONTAINERS).map(
      ({ pod, container }) => `The tool container ${container} is at work in ${pod}.`,
    ),
    ...workers.map(({ metadata }) => `${metadata?.name} is a job worker.`),
  ];
}
