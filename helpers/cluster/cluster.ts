/** A Zeebe cluster on Kubernetes, as experiments talk about it. */
import type { V1Pod, V1Service } from '@kubernetes/client-node';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { isReady, type PodIdentity } from '../kubernetes/pods.ts';
import { watchPods, type PodWatch } from '../kubernetes/pod-watch.ts';
import { forward, type Forward } from '../kubernetes/port-forward.ts';
import { seededBy, type Seeded } from '../seeded.ts';
import type { Journal } from '../journal.ts';
import { seconds, spell } from '../wait/deadline.ts';
import { eventually, NeverHappened } from '../wait/eventually.ts';
import { actuatorsAt } from '../zeebe/actuators.ts';
import { connectZeebe, type ZeebeClient } from '../zeebe/client.ts';
import { renderTopology } from '../zeebe/render-topology.ts';
import { followersOf, leaderOf, partitionIds, type Topology } from '../zeebe/topology.ts';
import { actuatorBasePathOf, brokersAmong, gatewaysAmong, type Broker } from './resolve.ts';

/** A broker together with the partition it was found to lead. */
export interface Leader extends Broker {
  readonly partition: number;
}

const GATEWAY_PORT = 26500;
const ACTUATOR_PORT = 9600;

/** What a cluster is opened with. */
export interface ClusterAccess {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly seeded: Seeded;
  readonly journal: Journal;
  /** Ends the experiment as skipped, with the precondition that could not be established. */
  readonly skip: (reason: string) => never;
}

export class Cluster {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly pods: PodWatch;
  readonly client: ZeebeClient;
  readonly journal: Journal;
  readonly #access: ClusterAccess;
  readonly #services: readonly V1Service[];
  readonly #gateway: Forward;

  /** @internal use `Cluster.open` */
  constructor(access: ClusterAccess, pods: PodWatch, services: readonly V1Service[], gateway: Forward) {
    this.kubernetes = access.kubernetes;
    this.namespace = access.namespace;
    this.journal = access.journal;
    this.pods = pods;
    this.#access = access;
    this.#services = services;
    this.#gateway = gateway;
    this.client = connectZeebe({ address: gateway.address });
  }

  /** Opens the cluster in a namespace; throws if there is no Zeebe in it that this project knows its way around. */
  static async open(access: ClusterAccess): Promise<Cluster> {
    const { kubernetes, namespace, seeded } = access;
    const services = await kubernetes.core.listNamespacedService({ namespace });
    const pods = await watchPods(kubernetes, namespace);
    try {
      if (brokersAmong(pods.all()).length === 0)
        throw new Error(
          `Namespace ${namespace} is expected to hold Zeebe brokers (pods labelled app.kubernetes.io/component=zeebe-broker), and holds none.`,
        );
      gatewaysAmong(pods.all(), services.items);
      // A sequence of its own: how often clients connect depends on time, and what targets are chosen must not.
      const forConnections = seededBy(seeded.seed);
      const chooseGateway = (): V1Pod | undefined =>
        forConnections.pick(gatewaysAmong(pods.all(), services.items).filter(isReady));
      const gateway = await forward(kubernetes, namespace, GATEWAY_PORT, chooseGateway);
      pods.onChange((all) =>
        gateway.dropUnless((name) => all.some((pod) => pod.metadata?.name === name && isReady(pod))),
      );
      return new Cluster(access, pods, services.items, gateway);
    } catch (error) {
      pods.close();
      throw error;
    }
  }

  brokers(): Broker[] {
    return brokersAmong(this.pods.all());
  }

  /** The pods that clients talk to; the brokers themselves where the gateway is embedded. */
  gateways(): V1Pod[] {
    return gatewaysAmong(this.pods.all(), this.#services);
  }

  /** The cluster as a gateway knows it. */
  topology(): Promise<Topology> {
    return this.client.topology({ within: 5 * seconds });
  }

  /** The ids of all partitions. */
  async partitions(): Promise<number[]> {
    return partitionIds(await this.topology());
  }

  /** The broker that leads a partition now, as a fixed target; throws with the topology if there is none. */
  async leaderOf(partition: number): Promise<Leader> {
    return this.#leaderIn(await this.topology(), partition);
  }

  /** Two brokers that follow on a partition now, as fixed targets; throws with the topology if there are fewer. */
  async followersOf(partition: number): Promise<[Broker, Broker]> {
    const topology = await this.topology();
    const nodeIds = followersOf(topology, partition).map((f) => f.nodeId);
    const [one, other] = this.brokers().filter((b) => nodeIds.includes(b.nodeId));
    if (!one || !other)
      throw new Error(
        `Partition ${partition} is expected to have two followers; the topology is ${renderTopology(topology)}.`,
      );
    return [one, other];
  }

  /**
   * The leader of `first` and of another partition, the highest that another broker leads.
   *
   * Where one broker leads everything the cluster is rebalanced first; if that does not help, the experiment is skipped.
   */
  async leadersOnDifferentBrokers(choice: { first: number }): Promise<[Leader, Leader]> {
    const found = await this.#differentLeaders(choice);
    if (found) return found;
    const { journal, skip } = this.#access;
    const within = 30 * seconds;
    try {
      return await journal.phase('One broker leads every partition: rebalance', async () => {
        await this.rebalance();
        const seen = 'one broker leads every partition';
        return eventually(async () => ({ value: await this.#differentLeaders(choice), seen }), { within });
      });
    } catch (error) {
      if (!(error instanceof NeverHappened)) throw error;
      return skip(
        `Leaders on two different brokers are needed, and there are none ${spell(within)} after a rebalance: ${error.seen}.`,
      );
    }
  }

  async #differentLeaders({ first }: { first: number }): Promise<[Leader, Leader] | undefined> {
    const topology = await this.topology();
    const one = this.#leaderIn(topology, first);
    const others = partitionIds(topology)
      .filter((p) => p !== first)
      .reverse();
    const other = others.map((p) => this.#leaderIn(topology, p)).find((leader) => leader.nodeId !== one.nodeId);
    return other && [one, other];
  }

  /**
   * Asks every leader that is not its partition's preferred one to step down; Zeebe answers before anyone has.
   *
   * @throws Error if there is no ready gateway or it refuses
   */
  async rebalance(): Promise<void> {
    const gateway = this.#access.seeded.pick(this.gateways().filter(isReady));
    if (!gateway) throw new Error('A ready gateway is expected to take the request to rebalance, and there is none.');
    const actuator = await forward(this.kubernetes, this.namespace, ACTUATOR_PORT, () => gateway);
    try {
      await actuatorsAt(`http://${actuator.address}${actuatorBasePathOf(gateway)}/actuator`).rebalance();
    } finally {
      await actuator.close();
    }
  }

  /** A Zeebe pod other than the given ones, a gateway if there is a standalone one. */
  bystander(...others: PodIdentity[]): V1Pod {
    const candidates = [
      ...this.gateways(),
      ...this.pods.all().filter((pod) => this.brokers().some((b) => b.uid === pod.metadata?.uid)),
    ];
    const found = candidates.find((pod) => isReady(pod) && others.every((other) => other.uid !== pod.metadata?.uid));
    if (!found)
      throw new Error(
        `A ready Zeebe pod besides ${others.map((o) => o.name).join(' and ')} is expected as a witness, and there is none.`,
      );
    return found;
  }

  async close(): Promise<void> {
    this.client.close();
    this.pods.close();
    await this.#gateway.close();
  }

  #leaderIn(topology: Topology, partition: number): Leader {
    const leader = leaderOf(topology, partition);
    const broker = this.brokers().find((b) => b.nodeId === leader?.nodeId);
    if (!broker)
      throw new Error(
        `Partition ${partition} is expected to have a leader; the topology is ${renderTopology(topology)}.`,
      );
    return { ...broker, partition };
  }
}
