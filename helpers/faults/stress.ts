/** Load beside a process, inside the limits of its pod: it starves that process and not the node. */
import { randomUUID } from 'node:crypto';
import type { PodWatch } from '../kubernetes/pod-watch.ts';
import { containerStatusIn, podIn, type PodIdentity } from '../kubernetes/pods.ts';
import type { ToolContainer, ToolContainers } from '../kubernetes/tool-container.ts';
import { ExperimentInvalid, FaultWithoutEffect } from '../verdict/errors.ts';
import { minutes, seconds } from '../wait/deadline.ts';
import type { Evidence, Fault } from './fault.ts';
import { toolContainerRights, type FaultNeeds } from './needs.ts';
import { loadOf, type Load } from './stress-load.ts';
import type { KillTarget } from './terminate.ts';

export const stressNeeds: FaultNeeds = { rights: toolContainerRights, image: 'tools' };

export interface StressContext {
  readonly pods: PodWatch;
  readonly containers: ToolContainers;
}

/** One kind of load. */
export type StressOptions =
  /** Processes that only compute. */
  | { readonly cpu: number; readonly atMost?: number }
  /** MiB that are allocated and held. */
  | { readonly memory: number; readonly atMost?: number }
  /** Processes that write and sync. */
  | { readonly io: number; readonly atMost?: number };

export interface StressEvidence extends Evidence {
  /** How often the victim's container has restarted; it must not for the load. */
  readonly restarts: number;
}

/** Makes the load in the pod of `target`; it lifts itself after `atMost` ms, 2 minutes unless told. */
export function stress(context: StressContext, target: KillTarget, options: StressOptions): Fault<StressEvidence> {
  return new Stress(context, target, loadOf(options), options.atMost ?? 2 * minutes);
}

/** The undo is in the container before the load is, so that the container can lift it alone (keeper.sh). */
const INJECT = `
set -e
fault=/run/zeebe-chaos/faults/$1
mkdir -p "$fault"
echo "$2" >"$fault/until"
echo "[ ! -s $fault/group ] || { kill -KILL -- -\\$(cat $fault/group) 2>/dev/null; sleep 0.1; ! pgrep -g \\$(cat $fault/group) >/dev/null; }" >"$fault/lift"
cd /tmp
shift 2
setsid stress "$@" >/dev/null 2>&1 </dev/null &
echo $! >"$fault/group"`;

const UNDO = `
fault=/run/zeebe-chaos/faults/$1
[ ! -e "$fault/lift" ] || bash "$fault/lift" && rm -rf "$fault"`;

const GONE = '! pgrep -x stress';

class Stress implements Fault<StressEvidence> {
  readonly title: string;
  readonly targets: readonly PodIdentity[];
  readonly takes = 'nothing';
  readonly atMost: number;
  readonly #context: StressContext;
  readonly #target: KillTarget;
  readonly #load: Load;
  readonly #id = randomUUID();
  #restartsBefore = 0;
  /** What the victim suffered each second before, as the load measures it. */
  #usual = 0;

  constructor(context: StressContext, target: KillTarget, load: Load, atMost: number) {
    this.title = `stress ${target.name} with ${load.title}`;
    this.targets = [target];
    this.atMost = atMost;
    this.#context = context;
    this.#target = target;
    this.#load = load;
  }

  async refuse(): Promise<void> {
    this.#restartsBefore = this.#restarts();
    const tools = await this.#tools();
    if ((await tools.run(GONE)).exitCode !== 0)
      throw new ExperimentInvalid(`${this.#target.name} is expected to be under no stress before, and it is.`);
    this.#usual = await this.#measure(tools);
  }

  async inject(): Promise<void> {
    const until = String(Math.ceil((Date.now() + this.atMost) / 1000));
    const { exitCode, stderr } = await (await this.#tools()).run(INJECT, [this.#id, until, ...this.#load.arguments]);
    if (exitCode !== 0) throw new Error(`${this.title} was expected to start: ${stderr.trim()}`);
  }

  async prove(): Promise<StressEvidence> {
    const now = await this.#measure(await this.#tools());
    const { symptom, unit, enough } = this.#load;
    const seen = `${Math.round(now)} ${unit}, ${Math.round(this.#usual)} before`;
    if (!enough(now, this.#usual))
      throw new FaultWithoutEffect(`${this.title} is expected to raise ${symptom}; seen were ${seen}.`);
    const restarts = this.#restarts();
    if (restarts !== this.#restartsBefore)
      throw new ExperimentInvalid(
        `${this.title} is expected to starve it and not to end it; it restarted ${restarts - this.#restartsBefore} times.`,
      );
    return { [symptom]: seen, restarts };
  }

  async undo(): Promise<void> {
    if (!this.#isThere()) return;
    const { exitCode, stderr } = await (await this.#tools()).run(UNDO, [this.#id]);
    if (exitCode !== 0) throw new Error(`${this.title} was expected to end: ${stderr.trim()}`);
  }

  async proveGone(): Promise<Evidence> {
    if (!this.#isThere()) return { [this.#target.name]: 'gone, and the load with it' };
    const { stdout, exitCode } = await (await this.#tools()).run(GONE);
    if (exitCode !== 0) throw new Error(`${this.title} was expected to end; processes ${stdout.trim()} are left.`);
    return { [this.#target.name]: 'no load left' };
  }

  /** The symptom as it is over a second. */
  async #measure(tools: ToolContainer): Promise<number> {
    const { stdout, exitCode, stderr } = await tools.run(this.#load.measure, [], { within: 20 * seconds });
    const value = Number(stdout.trim());
    if (exitCode !== 0 || stdout.trim() === '' || Number.isNaN(value))
      throw new Error(`${this.#load.symptom} was expected to be measured: ${stderr.trim() || stdout.trim()}`);
    return value;
  }

  #tools(): Promise<ToolContainer> {
    return this.#context.containers.in(this.#target, { processesOf: this.#target.container });
  }

  #restarts(): number {
    return containerStatusIn(this.#context.pods.all(), this.#target, this.#target.container)?.restartCount ?? 0;
  }

  #isThere(): boolean {
    return podIn(this.#context.pods.all(), this.#target) !== undefined;
  }
}
