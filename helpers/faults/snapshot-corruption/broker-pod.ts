/** The pod that has a broker's name, whichever that is. */
import type { V1Pod } from '@kubernetes/client-node';
import type { FaultContext } from '../../chaos/fault-kind.ts';
import { isReady, readyLate, type ContainerIdentity } from '../../kubernetes/pods.ts';
import { seconds } from '../../wait/deadline.ts';

/** A volume outlives the pod, and so does a fault on it: what counts is the pod that has the broker's name now. */
export class BrokerPod {
  readonly #context: Pick<FaultContext, 'kubernetes' | 'namespace' | 'pods'>;
  readonly #name: string;
  readonly #container: string;

  constructor(
    context: Pick<FaultContext, 'kubernetes' | 'namespace' | 'pods'>,
    { name, container }: Pick<ContainerIdentity, 'name' | 'container'>,
  ) {
    this.#context = context;
    this.#name = name;
    this.#container = container;
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

  /** How late its probes may call it ready, in ms. */
  readyLate(): number {
    const pod = this.#context.pods.all().find(({ metadata }) => metadata?.name === this.#name);
    return pod ? readyLate(pod, this.#container) : 0;
  }

  /** Whether it is ready within so many ms, and what its probes add to that, once it is there; throws if that takes 30 s. */
  async readyWithin(beside: number): Promise<boolean> {
    const within = beside + readyLate(await this.now(), this.#container);
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
