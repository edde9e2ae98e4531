/** A Zeebe cluster on Kubernetes, as experiments talk about it: what there is, and who is hit. */
import type { V1Pod } from '@kubernetes/client-node';
import { identityOf, isReady, type PodIdentity, type ContainerIdentity } from '../kubernetes/pods.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { renderTopology } from '../zeebe/render-topology.ts';
import { followersOf, leaderOf, partitionIds, type Topology } from '../zeebe/topology.ts';
import { ClusterView, openWays, type ClusterAccess } from './cluster-view.ts';
import { gatewayPortOf, isEmbedded, zeebeContainerOf, type Broker } from './resolve.ts';

export type { Broker } from './resolve.ts';

/** A broker together with the partition it was found to lead. */
export interface Leader extends Broker {
  readonly partition: number;
}

/** The cluster together with the choice of whom a fault hits; what was chosen is fixed by pod UID and address. */
export class Cluster extends ClusterView {
  /** The node id that led each partition when targets were chosen by it. */
  readonly #chosen = new Map<number, number | undefined>();

  /** Opens the cluster in a namespace; throws if there is no Zeebe in it that this project knows its way around. */
  static async open(access: ClusterAccess): Promise<Cluster> {
    return new Cluster(access, await openWays(access));
  }

  /** A partition that there is: the preferred one, or the highest where the plan has fewer. */
  async partition(preferred: number): Promise<number> {
    return (await this.partitions()).filter((p) => p <= preferred).at(-1) ?? preferred;
  }

  /** The broker that leads a partition now, as a fixed target; throws with the topology if there is none. */
  async leaderOf(partition: number): Promise<Leader> {
    return this.#leaderIn(await this.topology(), partition);
  }

  /** The brokers that follow on a partition now, as fixed targets in the seed's order; throws if there are fewer than two. */
  async followersOf(partition: number): Promise<[Broker, Broker, ...Broker[]]> {
    const topology = await this.topology();
    this.#chosen.set(partition, leaderOf(topology, partition)?.nodeId);
    const nodeIds = followersOf(topology, partition).map((f) => f.nodeId);
    const [one, other, ...more] = this.access.seeded.shuffle(this.brokers().filter((b) => nodeIds.includes(b.nodeId)));
    if (!one || !other)
      throw new Error(
        `Partition ${partition} is expected to have two followers; the topology is ${renderTopology(topology)}.`,
      );
    return [one, other, ...more];
  }

  /**
   * The leader of `first` and of another partition, the highest that another broker leads.
   *
   * Where one broker leads everything although the leaders were evened out before, the experiment is skipped.
   */
  async leadersOnDifferentBrokers({ first }: { first: number }): Promise<[Leader, Leader]> {
    const topology = await this.topology();
    const one = this.#leaderIn(topology, first);
    const other = partitionIds(topology)
      .reverse()
      .find((p) => leaderOf(topology, p)?.nodeId !== one.nodeId);
    if (other === undefined)
      this.skip(`Leaders on two different brokers are needed; the topology is ${renderTopology(topology)}.`);
    return [one, this.#leaderIn(topology, other)];
  }

  /** Throws ExperimentInvalid if a partition by which targets were chosen has another leader now: they are the wrong ones. */
  async mustBeLedAsChosen(): Promise<void> {
    const topology = await this.topology();
    for (const [partition, nodeId] of this.#chosen)
      if (leaderOf(topology, partition)?.nodeId !== nodeId)
        throw new ExperimentInvalid(
          `Partition ${partition} is expected to be led by broker ${nodeId} still, as when the targets were chosen; the topology is ${renderTopology(topology)}.`,
        );
  }

  /**
   * A gateway that is ready, as a fixed target in the seed's choice, and not one of those `besides`; skips where the gateways
   * are inside the brokers, or where there are no others.
   */
  gateway({ besides = [] }: { besides?: readonly PodIdentity[] } = {}): ContainerIdentity {
    const ready = this.gateways().filter(isReady);
    const pod = this.access.seeded.pick(
      ready.filter(({ metadata }) => besides.every(({ uid }) => uid !== metadata?.uid)),
    );
    if (!pod && besides.length > 0)
      this.skip(`More gateways than ${besides.length} are needed, and there are no more.`);
    if (!pod) throw new Error('A ready gateway is expected, and there is none.');
    if (isEmbedded(pod)) this.skip('Gateways of their own are needed, and here they are inside the brokers.');
    return { ...identityOf(pod), container: zeebeContainerOf(pod), port: gatewayPortOf(pod) };
  }

  /** A Zeebe pod other than the given ones, a gateway if there is a standalone one. */
  bystander(...others: PodIdentity[]): V1Pod {
    const candidates = [...this.gateways(), ...this.brokerPods()];
    const found = candidates.find((pod) => isReady(pod) && others.every((other) => other.uid !== pod.metadata?.uid));
    if (!found)
      throw new Error(
        `A ready Zeebe pod besides ${others.map((o) => o.name).join(' and ')} is expected as a witness, and there is none.`,
      );
    return found;
  }

  #leaderIn(topology: Topology, partition: number): Leader {
    const leader = leaderOf(topology, partition);
    const broker = this.brokers().find((b) => b.nodeId === leader?.nodeId);
    if (!broker)
      throw new Error(
        `Partition ${partition} is expected to have a leader; the topology is ${renderTopology(topology)}.`,
      );
    this.#chosen.set(partition, broker.nodeId);
    return { ...broker, partition };
  }
}
