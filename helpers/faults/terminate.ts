/** A hard kill: SIGKILL of the process in its container. The pod stays, and its container starts again. */
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { PodIdentity } from '../kubernetes/pods.ts';
import { isReady } from '../kubernetes/pods.ts';
import type { PodWatch } from '../kubernetes/pod-watch.ts';
import type { ToolContainers } from '../kubernetes/tool-container.ts';
import { ExperimentInvalid, FaultWithoutEffect } from '../verdict/errors.ts';
import { minutes, seconds } from '../wait/deadline.ts';
import type { Evidence, Fault } from './fault.ts';

export interface KillContext {
  readonly pods: PodWatch;
  readonly containers: ToolContainers;
}

export interface KillTarget extends PodIdentity {
  /** The container that runs Zeebe. */
  readonly container: string;
}

/** What a shell returns for a process that SIGKILL ended: 128 + 9. */
const KILLED = 137;

/** SIGKILL to PID 1 from inside its own PID namespace is ignored (pid_namespaces(7)), so Java must not be that. */
const REFUSE = `[ "$(cat /proc/1/comm)" != java ] && pgrep -x java >/dev/null`;

/** In the background: with the process goes its PID namespace, and with that the shell that gave the order. */
const KILL = `pid=$(pgrep -x -o java) && { (sleep 0.05; kill -KILL "$pid") >/dev/null 2>&1 </dev/null & }`;

/** Makes the kill of a Zeebe process; it counts as lifted when the same pod is ready again. */
export function terminate(context: KillContext, target: KillTarget): Fault {
  return new Termination(context, target);
}

class Termination implements Fault {
  readonly title: string;
  readonly targets: readonly PodIdentity[];
  readonly atMost = 5 * minutes;
  readonly #context: KillContext;
  readonly #target: KillTarget;
  #restartsBefore = 0;

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
        `${this.#target.name} is expected to run Java under an init process, so that it can be killed from inside its pod; where Java is PID 1, delete the pod instead.`,
      );
  }

  async inject(): Promise<void> {
    const { exitCode, stderr } = await (await this.#tools()).run(KILL);
    if (exitCode !== 0) throw new Error(`${this.title} was expected to find a Java process: ${stderr.trim()}`);
  }

  async prove(): Promise<Evidence> {
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
    return { [this.#target.name]: 'ready again', pod: this.#target.uid };
  }

  #tools() {
    return this.#context.containers.in(this.#target, this.#target.container);
  }

  #statusIn(pods: V1Pod[]): V1ContainerStatus | undefined {
    const pod = pods.find((p) => p.metadata?.uid === this.#target.uid);
    return pod?.status?.containerStatuses?.find((c) => c.name === this.#target.container);
  }
}
