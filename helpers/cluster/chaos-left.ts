/** What somebody's chaos has left in a namespace, as its pods' records tell. */
import type { V1Pod } from '@kubernetes/client-node';
import { OF_ANY_RUN, runningToolContainers } from '../kubernetes/tool-containers.ts';
import { workersAmong } from '../traffic/worker-deployment.ts';

/** One sentence for each tool container that runs and each job worker that is there. */
export function chaosLeftIn(pods: readonly V1Pod[]): string[] {
  return [
    ...runningToolContainers(pods, OF_ANY_RUN).map(
      ({ pod, container }) => `The tool container ${container} is at work in ${pod}.`,
    ),
    ...workersAmong(pods).map(({ metadata }) => `${metadata?.name} is a job worker.`),
  ];
}
