/** A Zeebe cluster on Kubernetes as it is: its pods, and what its gateways and brokers tell. */
import type { V1Deployment, V1Pod, V1Service, V1StatefulSet } from '@kubernetes/client-node';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { isReady, podIn, type PodIdentity } from '../kubernetes/pods.ts';
import { watchPods, type PodWatch } from '../kubernetes/pod-watch.ts';
import { throughForward } from '../kubernetes/port-forward.ts';
import { seededBy, type Seeded } from '../seeded.ts';
import type { Landmarks } from '../settings.ts';
import type { Journal } from '../journal.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { seconds } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import { actuatorsAt, type Actuators, type PartitionStatus } from '../zeebe/actuators.ts';
import type { ZeebeAccess } from '../zeebe/access.ts';
import { connectZeebe, type ZeebeClient } from '../zeebe/client.ts';
import { partitionIds, type Topology } from '../zeebe/topology.ts';
import { GatewayViews, type GatewayLook } from './gateway-views.ts';
import { survey, type Survey } from './landmarks.ts';
import { refuseAccess } from './who-asks.ts';
import { nodeIdsIn, type NodeIds } from './node-ids.ts';
import { wayToGateways, type GatewayWay } from './gateway-way.ts';
import {
  actuatorBasePathOf,
  brokersAmong,
  CHART_BROKERS,
  whyTwoZeebes,
  gatewayAccess,
  gatewayService,
  gatewayPortOf,
  gatewaysAmong,
  isEmbedded,
  managementPortOf,
  zeebePods,
  type Broker,
} from './resolve.ts';
import { servicePort } from './ports.ts';

/** What a cluster is opened with. */
export interface ClusterAccess {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly landmarks: Landmarks;
  /** How Zeebe's API is reached there. */
  readonly zeebeAccess: ZeebeAccess;
  readonly seeded: Seeded;
  readonly journal: Journal;
  /** Ends the experiment as skipped, with the precondition that could not be established. */
  readonly skip: (reason: string) => never;
}

/** Where a cluster is asked. */
export interface Ways {
  readonly pods: PodWatch;
  readonly services: readonly V1Service[];
  readonly see: Survey['see'];
  readonly gateway: GatewayWay;
  /** What gateways are told, and the name that their certificate must be for. */
  readonly zeebeAccess: ZeebeAccess;
  readonly views: GatewayViews;
}

export class ClusterView {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly pods: PodWatch;
  readonly client: ZeebeClient;
  readonly journal: Journal;
  /** What clients of this cluster tell its gateways, and the name that the certificate of these must be for. */
  readonly zeebeAccess: ZeebeAccess;
  protected readonly access: ClusterAccess;
  readonly #services: readonly V1Service[];
  readonly #see: Survey['see'];
  readonly #gateway: GatewayWay;
  readonly #views: GatewayViews;
  #nodeIds: NodeIds = new Map();

  constructor(access: ClusterAccess, { pods, services, see, gateway, zeebeAccess, views }: Ways) {
    this.kubernetes = access.kubernetes;
    this.namespace = access.namespace;
    this.journal = access.journal;
    this.pods = pods;
    this.access = access;
    this.#services = services;
    this.#see = see;
    this.#gateway = gateway;
    this.#views = views;
    this.zeebeAccess = zeebeAccess;
    this.client = connectZeebe({ address: gateway.address, access: zeebeAccess });
  }

  brokers(): Broker[] {
    return brokersAmong(this.pods.all(), this.#nodeIds);
  }

  /** The pods of the brokers, ready or not. */
  brokerPods(): V1Pod[] {
    const uids = new Set(this.brokers().map((b) => b.uid));
    return this.pods.all().filter((pod) => uids.has(pod.metadata?.uid ?? ''));
  }

  /** Whether the pods of a StatefulSet or a Deployment are Zeebe's, by their labels. */
  runsZeebe({ spec }: V1StatefulSet | V1Deployment): boolean {
    const { metadata } = spec?.template ?? {};
    return metadata !== undefined && zeebePods([this.#see({ metadata })]).length > 0;
  }

  /** The pods as they are at this moment, whatever the watch was told. */
  async podsNow(): Promise<V1Pod[]> {
    const list = () => this.kubernetes.core.listNamespacedPod({ namespace: this.namespace });
    const { items } = await retry(list, { title: 'Listing the pods', within: 10 * seconds });
    return items.map(this.#see);
  }

  /** The pods that clients talk to; the brokers themselves where the gateway is embedded. */
  gateways(): V1Pod[] {
    return gatewaysAmong(this.pods.all(), this.#services);
  }

  /**
   * Leads this run's clients around gateways that are inside brokers, for as long as these are among the cut off: what is cut
   * off from a leader cannot ask it. Gateways of their own are cut off only where an experiment is about that.
   */
  leadClientsAround(cutOff: () => readonly PodIdentity[]): void {
    if (this.gateways().some(isEmbedded)) this.#gateway.leadAround(cutOff);
  }

  /** Where clients on this machine find a gateway, another one after that is gone: `127.0.0.1:<port>`. */
  get localAddress(): string {
    return this.#gateway.address;
  }

  /** Where clients inside the cluster's network find the gateways: `<service>:<port>`. */
  gatewayAddress(): string {
    const service = gatewayService(this.#services);
    return `${service.metadata?.name}:${servicePort(service)}`;
  }

  /**
   * The cluster as a gateway knows it; asked again where the gateway dies with the question in its hands. Throws
   * ExperimentInvalid where it does not talk to this client.
   */
  async topology(): Promise<Topology> {
    const ask = (signal: AbortSignal) =>
      this.client.topology({ within: 5 * seconds, signal }).catch((error: unknown) => {
        refuseAccess(error, this.zeebeAccess);
        throw error;
      });
    const topology = await retry(ask, { title: 'Asking for the topology', within: 10 * seconds });
    const told = nodeIdsIn(topology, this.namespace);
    const brokers = this.brokers();
    if (told.size > 0 && brokers.length > 0 && brokers.every(({ name }) => !told.has(name)))
      throw new ExperimentInvalid(
        `The gateways are expected to be those of ${brokers.map(({ name }) => name).join(', ')}, and know ${[...told.keys()].join(', ')}: CHAOS_GATEWAY_SERVICE and CHAOS_BROKERS are of two Zeebes.`,
      );
    // Of a broker that is away what was known counts.
    this.#nodeIds = new Map([...this.#nodeIds, ...told]);
    return topology;
  }

  /** One sentence for each thing that keeps the topology from being complete and healthy at every ready gateway. */
  whatIsMissing(): Promise<string[]> {
    return this.#views.whatIsMissing(this.gateways().filter(isReady));
  }

  /** One sentence for each thing that a look through a ready gateway misses there. */
  missingThroughGateways(look: GatewayLook): Promise<string[]> {
    return this.#views.missing(this.gateways().filter(isReady), look);
  }

  /** The ids of all partitions. */
  async partitions(): Promise<number[]> {
    return partitionIds(await this.topology());
  }

  /** Talks to Zeebe through one gateway and no other. */
  async through<T>(gateway: PodIdentity, talk: (client: ZeebeClient) => Promise<T>): Promise<T> {
    const choose = () => podIn(this.pods.all(), gateway);
    return throughForward(this.kubernetes, this.namespace, gatewayPortOf, choose, async (address) => {
      const client = connectZeebe({ address, access: this.zeebeAccess });
      try {
        return await talk(client);
      } finally {
        client.close();
      }
    });
  }

  /** Ends the experiment as skipped, with the precondition that could not be established. */
  skip(reason: string): never {
    return this.access.skip(reason);
  }

  /** Talks to the actuators of one pod. */
  async actuators<T>(pod: V1Pod, talk: (actuators: Actuators) => Promise<T>): Promise<T> {
    const at = (address: string) => talk(actuatorsAt(`http://${address}${actuatorBasePathOf(pod)}/actuator`));
    return throughForward(this.kubernetes, this.namespace, managementPortOf, () => pod, at);
  }

  /** A broker's replica of a partition as the broker itself tells it; undefined if it tells none within 5 s. */
  async replicaOn(broker: Pick<Broker, 'name'>, partition: number): Promise<PartitionStatus | undefined> {
    return (await this.replicasOn(broker).catch(() => undefined))?.get(partition);
  }

  /** All replicas of a broker as the broker itself tells them; throws NoAnswer if it listens and says nothing for 5 s, Error if it does not listen. */
  async replicasOn({ name }: Pick<Broker, 'name'>): Promise<ReadonlyMap<number, PartitionStatus>> {
    const pod = this.pods.all().find((p) => p.metadata?.name === name);
    if (!pod?.status?.podIP) throw new Error(`${name} has no address.`);
    return this.actuators(pod, (a) => a.partitions({ within: 5 * seconds }));
  }

  async close(): Promise<void> {
    this.client.close();
    this.pods.close();
    await this.#views.close();
    await this.#gateway.close();
  }
}

function expectOneZeebe({ namespace, landmarks }: ClusterAccess, brokers: readonly Broker[]): void {
  const labels = Object.entries(landmarks.brokers ?? CHART_BROKERS).map((label) => label.join('='));
  const labelled = `pods labelled ${labels.join(',')}`;
  if (brokers.length === 0)
    throw new Error(`Namespace ${namespace} is expected to hold Zeebe brokers (${labelled}), and holds none.`);
  const twice = whyTwoZeebes(brokers);
  if (twice) throw new Error(`Namespace ${namespace} is expected to hold one Zeebe (${labelled}): ${twice}`);
}

/** Opens the ways to the cluster in a namespace; throws if there is no Zeebe in it that this project knows its way around. */
export async function openWays(access: ClusterAccess): Promise<Ways> {
  const { kubernetes, namespace, seeded } = access;
  const { services, see } = await survey(kubernetes, namespace, access.landmarks);
  const pods = await watchPods(kubernetes, namespace, { see });
  try {
    expectOneZeebe(access, brokersAmong(pods.all()));
    for (const gateway of gatewaysAmong(pods.all(), services)) gatewayPortOf(gateway);
    const zeebeAccess = gatewayAccess(access.zeebeAccess, services, namespace);
    // A sequence of its own: how often clients connect depends on time, and what targets are chosen must not.
    const forConnections = seededBy(seeded.seed, 'connections');
    const views = new GatewayViews(kubernetes, namespace, zeebeAccess);
    const gateway = await wayToGateways(
      { kubernetes, namespace, pods },
      {
        gateways: () => gatewaysAmong(pods.all(), services),
        choose: (among) => forConnections.pick(views.knowing(among)),
      },
    );
    return { pods, services, see, gateway, zeebeAccess, views };
  } catch (error) {
    pods.close();
    throw error;
  }
}
