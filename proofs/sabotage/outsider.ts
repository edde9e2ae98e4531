/** Somebody who changes the cluster behind a run's back, and knows nothing of the run. */
import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../../helpers/cluster/cluster.ts';
import { makeReady } from '../../helpers/chaos/fault.ts';
import { contextOf } from '../../helpers/chaos/fault-kind.ts';
import { terminate } from '../../helpers/faults/terminate/terminate.ts';
import { apply, unlessGone } from '../../helpers/kubernetes/apply.ts';
import { exec } from '../../helpers/kubernetes/exec.ts';
import { containerStatusIn, identityOf, isReady, type PodIdentity } from '../../helpers/kubernetes/pods.ts';
import { ToolContainers } from '../../helpers/kubernetes/tool-containers.ts';
import { workerManifest, workersAmong } from '../../helpers/traffic/worker-deployment.ts';
import { minutes, seconds } from '../../helpers/wait/deadline.ts';

/** The first child of the init, with what any image has. */
const KILL_SERVING = `
for process in /proc/[0-9]*; do
  grep -qs "^PPid:[[:space:]]*1$" "$process/status" && exec kill -KILL "\${process#/proc/}"
done
exit 1`;

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
    const tools = await this.#tools.in(this.#named(from), { capabilities: ['NET_ADMIN'] });
    const { ip } = this.#named(to);
    await tools.must('ip route add unreachable "$1" metric 4711', [ip]);
    this.#undo.push(() => tools.must('ip route del unreachable "$1" metric 4711', [ip]));
  }

  /** Takes the route out that blocks the way from one pod to another, and puts it back at once. */
  async flicker(from: string, to: string): Promise<void> {
    const tools = await this.#tools.in(this.#named(from), { capabilities: ['NET_ADMIN'] });
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

  /** Ends a broker's process as soon as it has started again after a kill. */
  async killAgain(name: string): Promise<void> {
    const before = this.#restartsOf(name);
    await this.#cluster.pods.until(`${name} started again`, () => this.#restartsOf(name) > before, {
      within: 30 * seconds,
    });
    // With nothing but what `kubectl exec` would do: a tool container takes longer than there is time.
    const { kubernetes, namespace } = this.#cluster;
    const place = { namespace, pod: name, container: this.#broker(name).container };
    const { exitCode, stderr } = await exec(kubernetes, place, ['sh', '-c', KILL_SERVING]);
    if (exitCode !== 0) throw new Error(`The process of ${name} was expected to be killed: ${stderr}`);
  }

  /** Deletes a pod by force, so that nobody sees how its process ends. */
  async forceDelete(name: string): Promise<void> {
    const { kubernetes, namespace } = this.#cluster;
    await kubernetes.core.deleteNamespacedPod({ namespace, name, body: { gracePeriodSeconds: 0 } });
  }

  #restartsOf(name: string): number {
    const broker = this.#broker(name);
    return containerStatusIn(this.#cluster.pods.all(), broker, broker.container)?.restartCount ?? 0;
  }

  /** Takes a job that waits for a worker of the run, and cancels its instance. */
  async cancelWork(): Promise<void> {
    const { client, pods } = this.#cluster;
    const [worker] = workersAmong(pods.all());
    const type = /^zeebe-chaos-worker-[^-]+/.exec(worker?.metadata?.name ?? '')?.[0];
    if (type === undefined) throw new Error('A job worker is expected.');
    const query = { type, max: 1, timeout: 1 * minutes, requestTimeout: 10 * seconds, worker: 'outsider' };
    const [job] = await client.activateJobs(query);
    if (!job) throw new Error(`A job of type ${type} is expected.`);
    await client.cancelInstance(job.instanceKey);
  }

  /** Lets processes that compute stand beside every broker, inside the limits of its pod. */
  async starveAll(): Promise<void> {
    for (const broker of this.#cluster.brokers()) {
      const tools = await this.#tools.in(broker, { processesOf: broker.container });
      await tools.must('setsid stress --cpu 16 >/dev/null 2>&1 </dev/null &');
      // Where the broker was killed, its processes have gone with it.
      this.#undo.push(() => tools.must('pkill -KILL -x stress').catch(() => undefined));
    }
  }

  /** Cuts a gateway off from every broker; returns its name. */
  async isolateGateway(): Promise<string> {
    const [gateway] = this.#cluster.gateways().filter(isReady).map(identityOf);
    if (!gateway) throw new Error('A gateway is expected.');
    const tools = await this.#tools.in(gateway, { capabilities: ['NET_ADMIN'] });
    const brokers = this.#cluster.brokers().map(({ ip }) => ip);
    // By rules, which are in no table of routes, so that a run has to notice what they do.
    const each = (command: string) => `for ip in "$@"; do ip rule ${command} to "$ip" unreachable; done`;
    await tools.must(each('add'), brokers);
    this.#undo.push(() => tools.must(each('del'), brokers));
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
    const reached = { address, access: this.#cluster.zeebeAccess, secret: undefined };
    const worker = { name, namespace, image: this.#image, replicas: 1, jobType: name, ...reached };
    await apply(kubernetes, [workerManifest(worker)]);
    const ofIt = (all: V1Pod[]) => all.filter(({ metadata }) => metadata?.name?.startsWith(name));
    await pods.until(`a pod of ${name}`, (all) => ofIt(all).length > 0, { within: 30 * seconds });
    this.#undo.push(async () => {
      await unlessGone(kubernetes.apps.deleteNamespacedDeployment({ namespace, name }));
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
