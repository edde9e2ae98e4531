/** Load beside a process, inside the limits of its pod: it starves that process and not the node. */
import { randomUUID } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import type { Carried } from '../../kubernetes/carried.ts';
import {
  containerStatusIn,
  hasCpuLimit,
  podIn,
  type PodIdentity,
  type ContainerIdentity,
} from '../../kubernetes/pods.ts';
import type { ToolContainer } from '../../kubernetes/tool-container.ts';
import { ExperimentInvalid, FaultUnavailable, FaultWithoutEffect } from '../../verdict/errors.ts';
import { minutes, seconds } from '../../wait/deadline.ts';
import { replaced, type Evidence, type Fault, type Recovery } from '../../chaos/fault.ts';
import { toolContainerRights, type FaultContext, type FaultKind } from '../../chaos/fault-kind.ts';
import { missingPidNamespace } from '../serving-process.ts';
import { firstOf, leastOf, LOAD, loadOf, type StressLoad, type StressOptions } from './stress-load.ts';

export interface StressEvidence extends Evidence {
  /** How often the victim's container has restarted; it must not for the load. */
  readonly restarts: number;
}

/** Load in the pod of a target; it lifts itself after `atMost` ms, 2 minutes unless told. */
export const stress = {
  name: 'stress',
  verb: 'stress',
  rights: toolContainerRights,
  image: 'tools',
  capabilities: [],
  ends: [],
  loadsHosts: true,
  takes: () => [],
  proves:
    "the run delay of the victim's threads (or what is held or written beside it) is high when the load goes in and before it is lifted; no restart",
  make: (context: FaultContext, target: ContainerIdentity, options: StressOptions): Fault<StressEvidence> => {
    const load = loadOf(options);
    return new Stress(context, { id: randomUUID(), target, title: load.title }, load, options.atMost ?? 2 * minutes);
  },
  recover: (context, record) => new Unloading(context, record as StressRecord),
} as const satisfies FaultKind<[ContainerIdentity, StressOptions], StressEvidence>;

/** Says that a pod has no CPU limit, without which processes beside a broker take nothing from it; undefined where it has. */
export function missingCpuLimit(pod: V1Pod): string | undefined {
  if (hasCpuLimit(pod)) return undefined;
  return `A CPU limit on every container of ${pod.metadata?.name} is needed, and there is none.`;
}

interface StressRecord {
  /** The mark of its processes. */
  readonly id: string;
  readonly target: ContainerIdentity;
  /** What the load is. */
  readonly title: string;
}

/** The environments of the processes that carry the mark $1. */
const MARKED = `grep -lsz "^ZEEBE_CHAOS_FAULT=$1\\$" /proc/[0-9]*/environ`;

/** The ids of the processes that carry the mark. */
const OURS = `${MARKED} | cut -d/ -f3`;

/** The processes carry a mark, so that any tool container of the pod finds them: the one that started them may be lost. */
const LIFT = `
marked() { ${OURS}; }
for n in 1 2 3 4 5; do
  pids=$(marked "$1")
  [ -n "$pids" ] || exit 0
  kill -KILL $pids 2>/dev/null
  sleep 0.1
done
exit 1`;

const INJECT = `
export ZEEBE_CHAOS_FAULT=$1
cd /tmp
shift
setsid stress "$@" >/dev/null 2>&1 </dev/null &`;

/** Prints what is left, and fails where something is. */
const GONE = `left=$(${LOAD}); echo $left; [ -z "$left" ]`;

/** The way out of a load, which needs only what the ledger knows. */
class Unloading implements Recovery {
  readonly title: string;
  readonly undoWithin = 60 * seconds;
  protected readonly context: FaultContext;
  protected readonly of: StressRecord;

  constructor(context: FaultContext, record: StressRecord) {
    this.title = `stress ${record.target.name} with ${record.title}`;
    this.context = context;
    this.of = record;
  }

  async undo(): Promise<void> {
    if (!this.isThere()) return;
    await (await this.tools()).lift(this.carried());
  }

  async proveGone(): Promise<Evidence> {
    const { name } = this.of.target;
    if (!this.isThere()) return { [name]: 'gone, and the load with it' };
    const { stdout, exitCode } = await (await this.tools()).run(GONE);
    if (exitCode !== 0) throw new Error(`${this.title} was expected to end; processes ${stdout.trim()} are left.`);
    return { [name]: 'no load left' };
  }

  protected tools(): Promise<ToolContainer> {
    const { target } = this.of;
    return this.context.containers.in(target, { processesOf: target.container });
  }

  protected carried(): Carried {
    return { id: this.of.id, lift: { text: LIFT, args: [this.of.id] } };
  }

  protected isThere(): boolean {
    return podIn(this.context.pods.all(), this.of.target) !== undefined;
  }
}

class Stress extends Unloading implements Fault<StressEvidence> {
  readonly kind = 'stress';
  readonly targets: readonly PodIdentity[];
  readonly takes = [];
  readonly atMost: number;
  readonly #load: StressLoad;
  #restartsBefore = 0;
  /** What the victim suffers without the load, as the load measures it. */
  #usual = 0;
  /** The processes of the load when it was first proven; each is to live to the lift. */
  #first: readonly string[] | undefined;

  constructor(context: FaultContext, record: StressRecord, load: StressLoad, atMost: number) {
    super(context, record);
    this.targets = [record.target];
    this.atMost = atMost;
    this.#load = load;
  }

  record(): StressRecord {
    return this.of;
  }

  check(): Promise<void> {
    const pod = podIn(this.context.pods.all(), this.of.target);
    const missing = pod && this.#load.isOfTime ? (missingCpuLimit(pod) ?? missingPidNamespace(pod)) : undefined;
    return missing ? Promise.reject(new FaultUnavailable(missing)) : Promise.resolve();
  }

  async prepare(): Promise<void> {
    this.#restartsBefore = this.#restarts();
    const tools = await this.tools();
    if ((await tools.run(GONE)).exitCode !== 0)
      throw new ExperimentInvalid(`${this.of.target.name} is expected to be under no stress before, and it is.`);
    this.#usual = await leastOf(() => this.#measure(tools), this.#load.calm);
  }

  async inject(): Promise<void> {
    const inject = { text: INJECT, args: [this.of.id, ...this.#load.arguments] };
    await (await this.tools()).carry(this.carried(), inject, new Date(Date.now() + this.atMost));
  }

  async prove(): Promise<StressEvidence> {
    if (!this.isThere()) throw replaced(this.title, this.of.target);
    const tools = await this.tools();
    const { symptom, unit, enough } = this.#load;
    const now = await firstOf(
      () => this.#measure(tools),
      (value) => enough(value, this.#usual),
    );
    // What a busy host alone can do to the victim proves nothing.
    const processes = (await tools.must(OURS, [this.of.id])).split('\n').filter(Boolean);
    const seen = `${now} ${unit}, ${this.#usual} before`;
    if (!enough(now, this.#usual) || processes.length === 0)
      throw new FaultWithoutEffect(
        `${this.title} is expected to raise ${symptom}; seen were ${seen}, with ${processes.length} processes of the load.`,
      );
    this.#first ??= processes;
    const ended = this.#first.filter((pid) => !processes.includes(pid));
    if (ended.length > 0)
      throw new FaultWithoutEffect(
        `${this.title} is expected to go on to its lift; ${ended.length} of its ${this.#first.length} processes have ended.`,
      );
    const restarts = this.#restarts();
    if (restarts !== this.#restartsBefore)
      throw new ExperimentInvalid(
        `${this.title} is expected to starve it and not to end it; it restarted ${restarts - this.#restartsBefore} times.`,
      );
    return { [symptom]: seen, 'processes of the load': processes.length, restarts };
  }

  /** The symptom as it is over a second. */
  async #measure(tools: ToolContainer): Promise<number> {
    const said = await tools.must(this.#load.measure, [], { within: 20 * seconds });
    const value = Number(said);
    if (said === '' || Number.isNaN(value))
      throw new Error(`${this.#load.symptom} was expected to be measured, and is "${said}".`);
    return value;
  }

  #restarts(): number {
    const { target } = this.of;
    return containerStatusIn(this.context.pods.all(), target, target.container)?.restartCount ?? 0;
  }
}
