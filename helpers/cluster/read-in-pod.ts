/** Reading what the kernel tells of a pod of Zeebe, with nothing but what its image has. */
import type { V1Pod } from '@kubernetes/client-node';
import { exec } from '../kubernetes/exec.ts';
import type { Kubernetes } from '../kubernetes/connection.ts';
import type { Bound } from '../wait/deadline.ts';
import { zeebeContainerOf, zeebePods } from './resolve.ts';

/** Where pods are asked. */
export interface Where {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
}

/** The pods of Zeebe whose processes run, so that they can be asked: not one that has ended and is kept in the records. */
export function runningZeebe(pods: readonly V1Pod[]): V1Pod[] {
  return zeebePods(pods).filter((pod) => {
    const status = pod.status?.containerStatuses?.find(({ name }) => name === zeebeContainerOf(pod));
    return status?.state?.running !== undefined && pod.metadata?.deletionTimestamp === undefined;
  });
}

/** Returns what a command of a shell says in the container of Zeebe; throws Error if it fails or cannot be run. */
export async function readInPod(
  { kubernetes, namespace }: Where,
  pod: V1Pod,
  command: string,
  bound: Partial<Bound> = {},
): Promise<string> {
  const name = pod.metadata?.name ?? '';
  const place = { namespace, pod: name, container: zeebeContainerOf(pod) };
  const { stdout, stderr, exitCode } = await exec(kubernetes, place, ['sh', '-c', command], bound);
  if (exitCode !== 0) throw new Error(`\`${command}\` was expected to be run in ${name}: ${stderr.trim()}`);
  return stdout;
}
