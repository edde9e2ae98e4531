/** Somebody who changes the cluster behind a run's back, and knows nothing of the run. */
import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../../helpers/cluster/cluster.ts';
import { makeReady } from '../../helpers/chaos/fault.ts';
import { contextOf } from '../../helpers/chaos/fault-kind.ts';
import { isolated } from '../../helpers/faults/disconnect/cut-map.ts';
import { disconnect } from '../../helpers/faults/disconnect/disconnect.ts';
import { terminate } from '../../helpers/faults/terminate/terminate.ts';
import { apply } from '../../helpers/kubernetes/apply.ts';
import { identityOf, isReady, type PodIdentity } from '../../helpers/kubernetes/pods.ts';
import { ToolContainers } from '../../helpers/kubernetes/tool-containers.ts';
import { workerManifest } from '../../helpers/traffic/worker-deployment.ts';
import { minutes, seconds } from '../../helpers/wait/deadline.ts';

export class Outsider {
  readonly #cluster: Cluster;
  readonly #tools: ToolContainers;
  readonly #image: string;
  readonly #undo: (() => Promise<unknown>)[] = [];

  constructor(cluster: Cluster, toolImage: string) {
    this.#cluster = cluster;
    this.#image = toolImage;
    this.#tools = new ToolContainers(cluster.kubernetes, cluster.namespace, cluster.pods, toolImage, 'outsider');
  }

  /** Blocks a second way from one pod to another. */
  async addRoute(from: string, to: string): Promise<void> {
    const tools = await this.#tools.in(this.#named(from));
    const { ip } = this.#named(to);
    await tools.must('ip route add unreachable "$1" metric 4711', [ip]);
    this.#undo.push(() => tools.must('ip route del unreachable "$1" metric 4711', [ip]));
  }

  /** Takes the route out that blocks the way from one pod to another, and puts it back at once. */
  async flicker(from: string, to: string): Promise<void> {
    const tools = await this.#tools.in(this.#named(from));
    const script = `
metric=$(ip route show type unreachable "$1" | grep -o 'metric [0-9]*')
ip route del unreachable "$1" $metric && ip route add unreachable "$1" $metric`;
    await tools.must(script, [this.#named(to).ip]);
  }

  /** Ends whatever stresses a broker, `after` ms from now. */
  async endStress(name: string, { after }: { after: number }): Promise<void> {
    const end = performance.now() + after;
    const broker = this.#broker(name);
    const tools = await this.#tools.in(broker, { processesOf: broker.container });
    await delay(Math.max(0, end - performance.now()));
    await tools.must('pkill -KILL -x stress');
  }

  /** Ends a broker's process, `after` ms from now. */
  async kill(name: string, { after }: { after: number }): Promise<void> {
    const end = performance.now() + after;
    const kill = terminate.make(contextOf(this.#cluster, this.#tools), this.#broker(name));
    await makeReady(kill);
    await delay(Math.max(0, end - performance.now()));
    await kill.inject();
    await kill.prove();
  }

  /** Cuts a gateway off from every broker; returns its name. */
  async isolateGateway(): Promise<string> {
    const [gateway] = this.#cluster.gateways().filter(isReady).map(identityOf);
    if (!gateway) throw new Error('A gateway is expected.');
    // For longer than a run waits to be steady.
    const cut = disconnect.make(contextOf(this.#cluster, this.#tools), isolated(gateway, this.#cluster.brokers()), {
      atMost: 5 * minutes,
    });
    await makeReady(cut);
    await cut.inject();
    this.#undo.push(() => cut.undo());
    return gateway.name;
  }

  /** Leaves a tool container at work, as a run does whose machine is lost. */
  async leaveTools(): Promise<void> {
    const { kubernetes, namespace, pods } = this.#cluster;
    const tools = new ToolContainers(kubernetes, namespace, pods, this.#image, 'zeebe-chaos-lost');
    await tools.in(await this.#cluster.leaderOf(1));
    this.#undo.push(() => tools.endAll());
  }

  /** Leaves a job worker, as the same. */
  async leaveWorker(): Promise<void> {
    const { kubernetes, namespace, pods } = this.#cluster;
    const name = 'zeebe-chaos-worker-lost';
    const address = this.#cluster.gatewayAddress();
    const worker = { name, namespace, image: this.#image, replicas: 1, address, jobType: name };
    await apply(kubernetes, [workerManifest(worker)]);
    const ofIt = (all: V1Pod[]) => all.filter(({ metadata }) => metadata?.name?.startsWith(name));
    await pods.until(`a pod of ${name}`, (all) => ofIt(all).length > 0, { within: 30 * seconds });
    this.#undo.push(async () => {
      await kubernetes.apps.deleteNamespacedDeployment({ namespace, name });
      await pods.until(`no pod of ${name}`, (all) => ofIt(all).length === 0, { within: 60 * seconds });
    });
  }

  /** Takes back what stays. */
  async end(): Promise<void> {
    for (const undo of this.#undo.reverse()) await undo();
    await this.#tools.endAll();
  }

  #broker(name: string) {
    const broker = this.#cluster.brokers().find((one) => one.name === name);
    if (!broker) throw new Error(`Broker ${name} is expected.`);
    return broker;
  }

  #named(name: string): PodIdentity {
    const pod = this.#cluster.pods.all().find(({ metadata }) => metadata?.name === name);
    if (!pod) throw new Error(`Pod ${name} is expected.`);
    return identityOf(pod);
  }
}
