/** A hard kill: SIGKILL of the process in its container. The pod stays, and its container starts again. */
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { PodIdentity, ContainerIdentity } from '../../kubernetes/pods.ts';
import { containerStatusIn, isReady, podIn } from '../../kubernetes/pods.ts';
import { ExperimentInvalid, FaultWithoutEffect } from '../../verdict/errors.ts';
import { minutes, seconds, spell } from '../../wait/deadline.ts';
import type { Evidence, Fault } from '../../chaos/fault.ts';
import { toolContainerRights, type FaultContext, type FaultKind } from '../../chaos/fault-kind.ts';

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

/** The kill of the process that serves in a container; it counts as lifted when the same pod is ready again. */
export const terminate = {
  name: 'terminate',
  verb: 'terminate',
  rights: toolContainerRights,
  image: 'tools',
  proves: 'exit code 137, one more restart of the container, the same pod UID',
  make: (context: FaultContext, target: ContainerIdentity): Fault<KillEvidence> => new Termination(context, target),
  // The kubelet starts the process again.
  recover: (context, record) => new Termination(context, record as ContainerIdentity),
} as const satisfies FaultKind<[ContainerIdentity], KillEvidence>;

const READY_WITHIN = 3 * minutes;

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
  #since: number | undefined;

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
    if (this.#statusIn(this.#context.pods.all())) return Promise.resolve();
    return Promise.reject(
      new ExperimentInvalid(
        `Container ${this.#target.container} of ${this.#target.name} is expected to run, and its pod has no status of it.`,
      ),
    );
  }

  async prepare(): Promise<void> {
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
    await tools.must(KILL);
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
    const { exitCode, reason } = status?.lastState?.terminated ?? {};
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
    return { 'exit code': exitCode, restarts, pod: this.#target.uid };
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
    const state = podIn(pods, this.#target) ? 'ready again' : 'gone';
    const took = this.#since === undefined ? {} : { 'stopped and started in': spell(performance.now() - this.#since) };
    return { [name]: state, pod: uid, ...took };
  }

  #tools() {
    return this.#context.containers.in(this.#target, { processesOf: this.#target.container });
  }

  #statusIn(pods: V1Pod[]): V1ContainerStatus | undefined {
    return containerStatusIn(pods, this.#target, this.#target.container);
  }
}
