/** The lines of a container's log, as they are written. */
import { Log } from '@kubernetes/client-node';
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import type { Kubernetes } from './connection.ts';
import type { Place } from './exec.ts';

/**
 * Hands over every line of a container's log, from its first one on, until the container ends or `stop` is called; the
 * log of a pod is gone with it, so who wants it whole must follow it.
 *
 * @returns stop, and a promise for the end of the log
 */
export function followLog(
  kubernetes: Kubernetes,
  { namespace, pod, container }: Place,
  take: (line: string) => void,
): { stop: () => void; ended: Promise<void> } {
  const stream = new PassThrough();
  const lines = createInterface({ input: stream });
  lines.on('line', take);
  const ended = new Promise<void>((resolve) => lines.on('close', resolve));
  const following = new Log(kubernetes.config).log(namespace, pod, container, stream, { follow: true });
  following.catch(() => stream.end());
  return {
    ended,
    stop: () => {
      following.then(
        (request) => {
          request.abort();
          stream.end();
        },
        () => undefined,
      );
    },
  };
}
