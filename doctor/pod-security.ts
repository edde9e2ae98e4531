/** What Pod Security admits to a namespace. */
import type { Capability } from '../helpers/kubernetes/tool-container.ts';

/** The level that is enforced in a namespace with these labels; `privileged`, that is anything, where none is named. */
export function podSecurityOf(labels: Readonly<Record<string, string>>): string {
  return labels['pod-security.kubernetes.io/enforce'] ?? 'privileged';
}

/** Those that a container may add at the level `baseline` (Pod Security Standards of Kubernetes 1.34), of which we use one. */
const IN_BASELINE: readonly Capability[] = ['KILL'];

/** Whether a level admits a tool container with these capabilities; none is needed where they are undefined. */
export function admits(level: string, capabilities: readonly Capability[] | undefined): boolean {
  if (capabilities === undefined || level === 'privileged') return true;
  return level === 'baseline' && capabilities.every((one) => IN_BASELINE.includes(one));
}
