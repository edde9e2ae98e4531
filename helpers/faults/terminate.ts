/** A hard kill: SIGKILL of the process in its container. The pod stays, and its container starts again. */
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { PodIdentity } from '../kubernetes/pods.ts';
import { containerStatusIn, isReady } from '../kubernetes/pods.ts';
import type { PodWatch } from '../kubernetes/pod-watch.ts';
import type { ToolContainers } from '../kubernetes/tool-container.ts';
import { ExperimentInvalid, FaultWithoutEffect } from '../verdict/errors.ts';
import { minutes, seconds, spell } from '../wait/deadline.ts';
import type { Evidence, Fault } from './fault.ts';
import { toolContainerRights, type FaultNeeds } from './needs.ts';

export const terminateNeeds: FaultNeeds = { rights: toolContainerRights, image: 'tools' };

export interface KillContext {
  readonly pods: PodWatch;
  readonly containers: ToolContainers;
}

export interface KillTarget extends PodIdentity {
  /** The container whose process is killed. */
  readonly container: string;
}

export interface KillEvidence extends Evidence {
  readonly 'exit code': number;
  /** `0 → 1`. */
  readonly restarts: string;
  /** The UID, which a kill does not change. */
  readonly pod: string;
}

/** What a shell returns for a process that SIGKILL ended: 128 + 9. */
const KILLED = 137;

/**
 * SIGKILL to PID 1 from inside its own PID namespace is ignored (pid_namespaces(7)), so what serves must not be that but
 * the child of an init.
 */
const REFUSE = `pgrep -P 1 >/dev/null`;

/** In the background: with the process goes its PID namespace, and with that the shell that gave the order. */
const KILL = `pid=$(pgrep -o -P 1) && { (sleep 0.05; kill -KILL "$pid") >/dev/null 2>&1 </dev/null & }`;

/** Makes the kill of the process that serves in a container; it counts as lifted when the same pod is ready again. */
export function terminate(context: KillContext, target: KillTarget): Fault<KillEvidence> {
  return new Termination(context, target);
}

class Termination implements Fault<KillEvidence> {
  readonly title: string;
  readonly targets: readonly PodIdentity[];
  readonly takes = 'targets';
  readonly atMost = 5 * minutes;
  readonly #context: KillContext;
  readonly #target: KillTarget;
  #restartsBefore = 0;
  #since = 0;

  constructor(context: KillContext, target: KillTarget) {
    this.title = `terminate ${target.name}`;
    this.targets = [target];
    this.#context = context;
    this.#target = target;
  }

  async refuse(): Promise<void> {
    this.#restartsBefore = this.#statusIn(this.#context.pods.all())?.restartCount ?? 0;
    const { exitCode } = await (await this.#tools()).run(REFUSE);
    if (exitCode !== 0)
      throw new ExperimentInvalid(
        `Container ${this.#target.container} of ${this.#target.name} is expected to run its process under an init, so that it can be killed from inside its pod; where it is PID 1, restart the pod instead.`,
      );
  }

  async inject(): Promise<void> {
    const tools = await this.#tools();
    this.#since = performance.now();
    const { exitCode, stderr } = await tools.run(KILL);
    if (exitCode !== 0) throw new Error(`${this.title} was expected to find a process to kill: ${stderr.trim()}`);
  }

  async prove(): Promise<KillEvidence> {
    const killed = (pods: V1Pod[]) => (this.#statusIn(pods)?.restartCount ?? 0) > this.#restartsBefore;
    const what = `${this.#target.name} started again after a kill`;
    const pods = await this.#context.pods.until(what, killed, { within: 10 * seconds }).catch((error: unknown) => {
      throw new FaultWithoutEffect(
        `${this.title} is expected to raise the restart count of ${this.#target.container} above ${this.#restartsBefore}, and 10 s later it has not.`,
        { cause: error },
      );
    });
    const status = this.#statusIn(pods);
    const exitCode = status?.lastState?.terminated?.exitCode;
    if (exitCode !== KILLED)
      throw new FaultWithoutEffect(
        `${this.title} is expected to end its process with exit code ${KILLED}; it ended with ${exitCode ?? 'none'}.`,
      );
    return {
      'exit code': exitCode,
      restarts: `${this.#restartsBefore} → ${status?.restartCount}`,
      pod: this.#target.uid,
    };
  }

  undo(): Promise<void> {
    // The kubelet has begun to undo it already.
    return Promise.resolve();
  }

  async proveGone(): Promise<Evidence> {
    const back = (pods: V1Pod[]) => pods.some((p) => p.metadata?.uid === this.#target.uid && isReady(p));
    await this.#context.pods.until(`${this.#target.name} ready again`, back, { within: 3 * minutes });
    const took = spell(performance.now() - this.#since);
    return { [this.#target.name]: 'ready again', pod: this.#target.uid, 'stopped and started in': took };
  }

  #tools() {
    return this.#context.containers.in(this.#target, { processesOf: this.#target.container });
  }

  #statusIn(pods: V1Pod[]): V1ContainerStatus | undefined {
    return containerStatusIn(pods, this.#target, this.#target.container);
  }
}
