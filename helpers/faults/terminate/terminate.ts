/** A hard kill: SIGKILL of the process in its container. The pod stays, and its container starts again. */
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { PodIdentity, ContainerIdentity } from '../../kubernetes/pods.ts';
import { backOffOf, containerStatusIn, epochOf, isReady, podIn, readyAfter } from '../../kubernetes/pods.ts';
import type { Capability, ToolContainer } from '../../kubernetes/tool-container.ts';
import { ExperimentInvalid, FaultUnavailable, FaultWithoutEffect } from '../../verdict/errors.ts';
import { minutes, seconds } from '../../wait/deadline.ts';
import type { Evidence, Fault } from '../../chaos/fault.ts';
import { eachTarget, toolContainerRights, type FaultContext, type FaultKind } from '../../chaos/fault-kind.ts';
import { missingPidNamespace } from '../serving-process.ts';
import { kill, KILL_CHILD, KILL_FIRST, servingIn, toKill, type Serving } from './kill.ts';

export interface KillEvidence extends Evidence {
  /** Its number in its container. */
  readonly process: number;
  readonly 'exit code': number;
  /** `0 → 1`. */
  readonly restarts: string;
  /** The UID, which a kill does not change. */
  readonly pod: string;
}

/** What a shell returns for a process that SIGKILL ended: 128 + 9. */
const KILLED = 137;

/** The kill of the process that serves in a container; it counts as lifted when the same pod is ready again. */
export const terminate = {
  name: 'terminate',
  verb: 'terminate',
  rights: toolContainerRights,
  image: 'tools',
  capabilities: KILL_CHILD,
  capabilitiesForFirst: KILL_FIRST,
  ends: ['process'],
  loadsHosts: false,
  takes: eachTarget,
  proves:
    'exit code 137 after the kill of the process that was read, one more restart of the container, the same pod UID',
  make: (context: FaultContext, target: ContainerIdentity): Fault<KillEvidence> => new Termination(context, target),
  // The kubelet starts the process again.
  recover: (context, record) => new Termination(context, record as ContainerIdentity),
} as const satisfies FaultKind<[ContainerIdentity], KillEvidence>;

const READY_WITHIN = 3 * minutes;
/** Where the kubelet does not back off. */
const RESTARTED_WITHIN = 10 * seconds;

class Termination implements Fault<KillEvidence> {
  readonly kind = 'terminate';
  readonly title: string;
  readonly targets: readonly PodIdentity[];
  readonly takes: readonly PodIdentity[][];
  readonly atMost = 5 * minutes;
  readonly undoWithin = READY_WITHIN + 20 * seconds;
  readonly #context: FaultContext;
  readonly #target: ContainerIdentity;
  #restartsBefore = 0;
  #serving: Serving | undefined;
  /** When it was told to kill it: epoch ms here, and epoch seconds by the node's clock. */
  #killed: { readonly at: number; readonly onNode: number } | undefined;

  constructor(context: FaultContext, target: ContainerIdentity) {
    this.title = `terminate ${target.name}`;
    this.targets = [target];
    this.takes = [[target]];
    this.#context = context;
    this.#target = target;
  }

  record(): ContainerIdentity {
    return this.#target;
  }

  check(): Promise<void> {
    const all = this.#context.pods.all();
    const { container, name } = this.#target;
    if (!this.#statusIn(all))
      return Promise.reject(
        new ExperimentInvalid(`Container ${container} of ${name} is expected to run, and its pod has no status of it.`),
      );
    const pod = podIn(all, this.#target);
    const missing = pod && missingPidNamespace(pod);
    return missing ? Promise.reject(new FaultUnavailable(missing)) : Promise.resolve();
  }

  async prepare(): Promise<void> {
    this.#restartsBefore = this.#statusIn(this.#context.pods.all())?.restartCount ?? 0;
    this.#serving = await servingIn(await this.#tools(KILL_CHILD), this.#target.container);
    // So that nothing has to start between the ledger and the kill.
    await this.#tools(toKill(this.#serving));
  }

  async inject(): Promise<void> {
    const serving = this.#prepared();
    const tools = await this.#tools(toKill(serving));
    const at = Date.now();
    this.#killed = { at, onNode: await kill(tools, serving) };
  }

  async prove(): Promise<KillEvidence> {
    const status = await this.#startedAgain();
    const { exitCode, reason, finishedAt } = status?.lastState?.terminated ?? {};
    if (!this.#killed || (epochOf(finishedAt) ?? 0) < this.#killed.onNode * 1_000)
      throw new FaultWithoutEffect(
        `${this.title} is expected to have ended its process, which ended before this run killed it, or without that.`,
      );
    // Another end of the same process would pass for the kill: of memory, by a liveness probe, or its own.
    if (exitCode !== KILLED || reason === 'OOMKilled')
      throw new FaultWithoutEffect(
        `${this.title} is expected to end its process with exit code ${KILLED}; it ended with ${exitCode ?? 'none'}, ${reason ?? 'no reason'}.`,
      );
    const restarts = `${this.#restartsBefore} → ${status?.restartCount}`;
    if (status?.restartCount !== this.#restartsBefore + 1)
      throw new FaultWithoutEffect(
        `${this.title} is expected to restart its container once; its restarts: ${restarts}.`,
      );
    // It has not been counted yet: the container does not start again at once.
    if (status.state?.terminated ?? status.state?.waiting)
      throw new FaultWithoutEffect(
        `${this.title} is expected to end its process once; it has ended again, with exit code ${status.state.terminated?.exitCode ?? 'none yet'}.`,
      );
    return { process: this.#prepared().pid, 'exit code': exitCode, restarts, pod: this.#target.uid };
  }

  /** Waits until the kubelet starts the container again; where that says how long it backs off, for as long as it says. */
  async #startedAgain(): Promise<V1ContainerStatus | undefined> {
    const again = (pods: V1Pod[]) => (this.#statusIn(pods)?.restartCount ?? 0) > this.#restartsBefore;
    const backsOff = (pods: V1Pod[]) => backOffOf(this.#statusIn(pods)) !== undefined;
    const { pods } = this.#context;
    try {
      const what = `${this.#target.name} started again after a kill`;
      const now = await pods.until(what, (all) => again(all) || backsOff(all), { within: RESTARTED_WITHIN });
      if (again(now)) return this.#statusIn(now);
      const within = (backOffOf(this.#statusIn(now)) ?? 0) + RESTARTED_WITHIN;
      return this.#statusIn(await pods.until(what, again, { within }));
    } catch (error) {
      throw new FaultWithoutEffect(
        `${this.title} is expected to raise the restart count of ${this.#target.container} above ${this.#restartsBefore}, and it has not: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }

  undo(): Promise<void> {
    // The kubelet has begun to undo it already.
    return Promise.resolve();
  }

  async proveGone(): Promise<Evidence> {
    const { name, uid } = this.#target;
    const back = (all: V1Pod[]) => {
      const pod = podIn(all, this.#target);
      return !pod || isReady(pod);
    };
    const pods = await this.#context.pods.until(`${name} ready again`, back, { within: READY_WITHIN });
    const pod = podIn(pods, this.#target);
    const after = pod && this.#killed ? readyAfter(this.#killed.at, [pod]) : undefined;
    return { [name]: pod ? 'ready again' : 'gone', pod: uid, ...(after && { 'ready again after': after }) };
  }

  #tools(capabilities: readonly Capability[]): Promise<ToolContainer> {
    return this.#context.containers.in(this.#target, { processesOf: this.#target.container, capabilities });
  }

  #prepared(): Serving {
    if (!this.#serving) throw new Error(`${this.title} is expected to be prepared before it goes in.`);
    return this.#serving;
  }

  #statusIn(pods: V1Pod[]): V1ContainerStatus | undefined {
    return containerStatusIn(pods, this.#target, this.#target.container);
  }
}
