/** A graceful restart: the pod is deleted with its own grace period and its workload makes a new one. */
import type { V1Pod } from '@kubernetes/client-node';
import { reasonOf } from '../kubernetes/apply.ts';
import type { Kubernetes } from '../kubernetes/connection.ts';
import type { PodWatch } from '../kubernetes/pod-watch.ts';
import { isReady, type PodIdentity } from '../kubernetes/pods.ts';
import { FaultWithoutEffect } from '../verdict/errors.ts';
import { minutes, seconds } from '../wait/deadline.ts';
import type { Evidence, Fault } from './fault.ts';

export interface PodContext {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly pods: PodWatch;
}

/** Makes the restart of a StatefulSet's pod; it counts as lifted when the pod of the same name is ready again. */
export function restart(context: PodContext, pod: PodIdentity): Fault {
  return new Restart(context, pod);
}

class Restart implements Fault {
  readonly title: string;
  readonly targets: readonly PodIdentity[];
  readonly atMost = 5 * minutes;
  readonly #context: PodContext;
  readonly #pod: PodIdentity;

  constructor(context: PodContext, pod: PodIdentity) {
    this.title = `restart ${pod.name} gracefully`;
    this.targets = [pod];
    this.#context = context;
    this.#pod = pod;
  }

  refuse(): Promise<void> {
    return Promise.resolve();
  }

  async inject(): Promise<void> {
    const { kubernetes, namespace } = this.#context;
    const { name, uid } = this.#pod;
    try {
      // The precondition keeps a pod that has already taken the place of this one out of it.
      await kubernetes.core.deleteNamespacedPod({ namespace, name, body: { preconditions: { uid } } });
    } catch (error) {
      throw new Error(`Pod ${name} was expected to be deleted: ${reasonOf(error)}`, { cause: error });
    }
  }

  async prove(): Promise<Evidence> {
    const leaving = (pods: V1Pod[]) => this.#now(pods)?.metadata?.deletionTimestamp !== undefined || !this.#isOld(pods);
    const pods = await this.#until('to be on its way out', leaving);
    return {
      'old pod': this.#pod.uid,
      'new pod': this.#isOld(pods) ? 'not there yet' : (this.#now(pods)?.metadata?.uid ?? 'not there yet'),
    };
  }

  undo(): Promise<void> {
    // The StatefulSet has begun to undo it already.
    return Promise.resolve();
  }

  async proveGone(): Promise<Evidence> {
    const back = (pods: V1Pod[]) => {
      const pod = this.#now(pods);
      return pod !== undefined && isReady(pod);
    };
    const { pods } = this.#context;
    const seen = await pods.until(`${this.#pod.name} ready again`, back, { within: 3 * minutes });
    return { 'old pod': this.#pod.uid, 'new pod': this.#now(seen)?.metadata?.uid };
  }

  async #until(what: string, condition: (pods: V1Pod[]) => boolean): Promise<V1Pod[]> {
    try {
      return await this.#context.pods.until(what, condition, { within: 5 * seconds });
    } catch (error) {
      const { name } = this.#pod;
      throw new FaultWithoutEffect(`${this.title} is expected to take pod ${name} away, and it is still there.`, {
        cause: error,
      });
    }
  }

  #now(pods: V1Pod[]): V1Pod | undefined {
    return pods.find((p) => p.metadata?.name === this.#pod.name);
  }

  #isOld(pods: V1Pod[]): boolean {
    return this.#now(pods)?.metadata?.uid === this.#pod.uid;
  }
}
