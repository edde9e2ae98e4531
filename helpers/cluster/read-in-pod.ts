/** Reading what the kernel tells of a pod of Zeebe, with nothing but what its image has. */
import type { V1Pod } from '@kubernetes/client-node';
import { exec } from '../kubernetes/exec.ts';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { zeebeContainerOf } from './resolve.ts';

/** Where pods are asked. */
export interface Where {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
}

/** Returns the contents of files below /proc, as the container of Zeebe sees them; throws Error if they could not be read. */
export async function readInPod({ kubernetes, namespace }: Where, pod: V1Pod, ...files: string[]): Promise<string> {
  const name = pod.metadata?.name ?? '';
  const place = { namespace, pod: name, container: zeebeContainerOf(pod) };
  const { stdout, stderr, exitCode } = await exec(kubernetes, place, ['cat', ...files]);
  if (exitCode !== 0) throw new Error(`${files.join(' and ')} of ${name} were expected to be read: ${stderr.trim()}`);
  return stdout;
}
