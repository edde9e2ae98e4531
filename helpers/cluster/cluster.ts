/** A Zeebe cluster on Kubernetes, as experiments talk about it. */
import type { V1Pod, V1Service } from '@kubernetes/client-node';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { identityOf, isReady, podIn, type PodIdentity, type ContainerIdentity } from '../kubernetes/pods.ts';
import { watchPods, type PodWatch } from '../kubernetes/pod-watch.ts';
import { forward, type Forward } from '../kubernetes/port-forward.ts';
import { seededBy, type Seeded } from '../seeded.ts';
import type { Journal } from '../journal.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { seconds } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import { actuatorsAt, type Actuators, type PartitionStatus } from '../zeebe/actuators.ts';
import { connectZeebe, type ZeebeClient } from '../zeebe/client.ts';
import { renderTopology } from '../zeebe/render-topology.ts';
import { followersOf, leaderOf, partitionIds, type Topology } from '../zeebe/topology.ts';
import { GATEWAY_PORT, GatewayViews, type Look } from './gateway-views.ts';
import {
  actuatorBasePathOf,
  brokersAmong,
  gatewayService,
  gatewaysAmong,
  isEmbedded,
  zeebeContainerOf,
  type Broker,
} from './resolve.ts';

export type { Broker } from './resolve.ts';

/** A broker together with the partition it was found to lead. */
export interface Leader extends Broker {
  readonly partition: number;
}

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

/** Where a cluster is asked. */
interface Ways {
  readonly gateway: Forward;
  readonly views: GatewayViews;
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
  readonly #views: GatewayViews;
  /** The node id that led each partition when targets were chosen by it. */
  readonly #chosen = new Map<number, number | undefined>();

  /** @internal use `Cluster.open` */
  constructor(access: ClusterAccess, pods: PodWatch, services: readonly V1Service[], ways: Ways) {
    this.kubernetes = access.kubernetes;
    this.namespace = access.namespace;
    this.journal = access.journal;
    this.pods = pods;
    this.#access = access;
    this.#services = services;
    this.#gateway = ways.gateway;
    this.#views = ways.views;
    this.client = connectZeebe({ address: ways.gateway.address });
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
      const forConnections = seededBy(seeded.seed, 'connections');
      const views = new GatewayViews(kubernetes, namespace);
      const chooseGateway = (): V1Pod | undefined =>
        forConnections.pick(views.knowing(gatewaysAmong(pods.all(), services.items).filter(isReady)));
      const gateway = await forward(kubernetes, namespace, GATEWAY_PORT, chooseGateway);
      pods.onChange((all) =>
        gateway.dropUnless((name) => all.some((pod) => pod.metadata?.name === name && isReady(pod))),
      );
      return new Cluster(access, pods, services.items, { gateway, views });
    } catch (error) {
      pods.close();
      throw error;
    }
  }

  brokers(): Broker[] {
    return brokersAmong(this.pods.all());
  }

  /** The pods of the brokers, ready or not. */
  brokerPods(): V1Pod[] {
    const uids = new Set(this.brokers().map((b) => b.uid));
    return this.pods.all().filter((pod) => uids.has(pod.metadata?.uid ?? ''));
  }

  /** The pods that clients talk to; the brokers themselves where the gateway is embedded. */
  gateways(): V1Pod[] {
    return gatewaysAmong(this.pods.all(), this.#services);
  }

  /** Where clients on this machine find a gateway, another one after that is gone: `127.0.0.1:<port>`. */
  get localAddress(): string {
    return this.#gateway.address;
  }

  /** Where clients inside the cluster's network find the gateways: `<service>:26500`. */
  gatewayAddress(): string {
    return `${gatewayService(this.#services).metadata?.name}:${GATEWAY_PORT}`;
  }

  /** The cluster as a gateway knows it; asked again where the gateway dies with the question in its hands. */
  topology(): Promise<Topology> {
    const ask = (signal: AbortSignal) => this.client.topology({ within: 5 * seconds, signal });
    return retry(ask, { title: 'Asking for the topology', within: 10 * seconds });
  }

  /** One sentence for each thing that keeps the topology from being complete and healthy at every ready gateway. */
  whatIsMissing(): Promise<string[]> {
    return this.#views.whatIsMissing(this.gateways().filter(isReady));
  }

  /** One sentence for each thing that a look through a ready gateway misses there. */
  missingThroughGateways(look: Look): Promise<string[]> {
    return this.#views.missing(this.gateways().filter(isReady), look);
  }

  /** The ids of all partitions. */
  async partitions(): Promise<number[]> {
    return partitionIds(await this.topology());
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
    const [one, other, ...more] = this.#access.seeded.shuffle(this.brokers().filter((b) => nodeIds.includes(b.nodeId)));
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
    const pod = this.#access.seeded.pick(
      ready.filter(({ metadata }) => besides.every(({ uid }) => uid !== metadata?.uid)),
    );
    if (!pod && besides.length > 0)
      this.skip(`More gateways than ${besides.length} are needed, and there are no more.`);
    if (!pod) throw new Error('A ready gateway is expected, and there is none.');
    if (isEmbedded(pod)) this.skip('Gateways of their own are needed, and here they are inside the brokers.');
    return { ...identityOf(pod), container: zeebeContainerOf(pod), port: GATEWAY_PORT };
  }

  /** Talks to Zeebe through one gateway and no other. */
  async through<T>(gateway: PodIdentity, talk: (client: ZeebeClient) => Promise<T>): Promise<T> {
    const way = await forward(this.kubernetes, this.namespace, GATEWAY_PORT, () => podIn(this.pods.all(), gateway));
    const client = connectZeebe({ address: way.address });
    try {
      return await talk(client);
    } finally {
      client.close();
      await way.close();
    }
  }

  /** Ends the experiment as skipped, with the precondition that could not be established. */
  skip(reason: string): never {
    return this.#access.skip(reason);
  }

  /** Talks to the actuators of one pod. */
  async actuators<T>(pod: V1Pod, talk: (actuators: Actuators) => Promise<T>): Promise<T> {
    const way = await forward(this.kubernetes, this.namespace, ACTUATOR_PORT, () => pod);
    try {
      return await talk(actuatorsAt(`http://${way.address}${actuatorBasePathOf(pod)}/actuator`));
    } finally {
      await way.close();
    }
  }

  /** A broker's replica of a partition as the broker itself tells it; undefined if it does not answer within 1 s. */
  async replicaOn({ name }: Broker, partition: number): Promise<PartitionStatus | undefined> {
    const pod = this.pods.all().find((p) => p.metadata?.name === name);
    if (!pod?.status?.podIP) return undefined;
    try {
      return await this.actuators(pod, async (a) => (await a.partitions({ within: 1 * seconds })).get(partition));
    } catch {
      return undefined;
    }
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

  async close(): Promise<void> {
    this.client.close();
    this.pods.close();
    await this.#views.close();
    await this.#gateway.close();
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
