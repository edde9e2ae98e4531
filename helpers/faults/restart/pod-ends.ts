/** How the containers of pods that are sent away end. */
import type { V1Pod } from '@kubernetes/client-node';
import { podIn, type PodIdentity } from '../../kubernetes/pods.ts';
import { FaultWithoutEffect } from '../../verdict/errors.ts';

/** Ended by itself, or by SIGTERM: 128 + 15. One that does not end within its pod's grace period is killed: 137. */
const GRACEFUL = [0, 143];

/** Exit codes by container. */
type ExitCodes = Readonly<Record<string, number>>;

/** Keeps what the records of pods say of their end, which go with the pods. */
export class PodEnds {
  readonly #pods: readonly PodIdentity[];
  readonly #seen = new Map<string, ExitCodes>();

  constructor(pods: readonly PodIdentity[]) {
    this.#pods = pods;
  }

  /** Takes the pods as they are now. */
  note(all: readonly V1Pod[]): void {
    for (const pod of this.#pods) {
      const codes = exitCodesOf(podIn(all, pod));
      if (codes) this.#seen.set(pod.uid, codes);
    }
  }

  /** The exit codes of a pod that has ended by itself; throws FaultWithoutEffect if it was killed, or if nobody has seen. */
  gracefulOf({ name, uid }: PodIdentity, title: string): string {
    const codes = Object.entries(this.#seen.get(uid) ?? {});
    if (codes.length > 0 && codes.every(([, code]) => GRACEFUL.includes(code)))
      return codes.map(([, code]) => code).join(' ');
    const found = codes.map(([container, code]) => `${container} with ${code}`).join(', ') || 'none was seen';
    throw new FaultWithoutEffect(
      `${title} is expected to let ${name} end by itself, with exit code ${GRACEFUL.join(' or ')}; ${found}.`,
    );
  }
}

/** The exit codes of a pod's containers once all of them have ended. */
function exitCodesOf(pod: V1Pod | undefined): ExitCodes | undefined {
  const ends = (pod?.status?.containerStatuses ?? []).map(({ name, state }) => [name, state?.terminated?.exitCode]);
  if (ends.length === 0 || ends.some(([, code]) => code === undefined)) return undefined;
  return Object.fromEntries(ends) as ExitCodes;
}
