/** The pod that has a broker's name, whichever that is. */
import type { V1Pod } from '@kubernetes/client-node';
import type { FaultContext } from '../../chaos/fault-kind.ts';
import { isReady } from '../../kubernetes/pods.ts';
import { seconds } from '../../wait/deadline.ts';

/** A volume outlives the pod, and so does a fault on it: what counts is the pod that has the broker's name now. */
export class BrokerPod {
  readonly #context: Pick<FaultContext, 'kubernetes' | 'namespace' | 'pods'>;
  readonly #name: string;

  constructor(context: Pick<FaultContext, 'kubernetes' | 'namespace' | 'pods'>, name: string) {
    this.#context = context;
    this.#name = name;
  }

  /** The pod once it has an address; throws after 30 s. */
  async now(): Promise<V1Pod> {
    const runs = (pod: V1Pod) => pod.metadata?.name === this.#name && pod.status?.podIP !== undefined;
    const pods = await this.#context.pods.until(`${this.#name} to run`, (all) => all.some(runs), {
      within: 30 * seconds,
    });
    return pods.find(runs) as V1Pod;
  }

  isReady(): boolean {
    return this.#context.pods.all().some((pod) => pod.metadata?.name === this.#name && isReady(pod));
  }

  readyWithin(within: number): Promise<boolean> {
    return this.#context.pods
      .until(`${this.#name} ready again`, () => this.isReady(), { within })
      .then(
        () => true,
        () => false,
      );
  }

  /**
   * A broker in this state ignores SIGTERM and must be killed. Killing its process would do, but the kubelet would let
   * it wait for its crash-loop back-off. Not grace 0: that lets a second pod onto the volume while the first still runs.
   */
  async replace(): Promise<void> {
    const { kubernetes, namespace } = this.#context;
    const { name, uid } = (await this.now()).metadata ?? {};
    const body = { gracePeriodSeconds: 1, preconditions: uid === undefined ? {} : { uid } };
    await kubernetes.core.deleteNamespacedPod({ namespace, name: name ?? '', body });
    await this.#context.pods.until(`${name} replaced`, (all) => !all.some((pod) => pod.metadata?.uid === uid), {
      within: 30 * seconds,
    });
  }
}
