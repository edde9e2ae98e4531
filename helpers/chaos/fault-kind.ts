/** All that is known of one kind of fault, in one object. */
import type { Cluster } from '../cluster/cluster.ts';
import type { Journal } from '../journal.ts';
import type { Kubernetes } from '../kubernetes/connection.ts';
import type { PodWatch } from '../kubernetes/pod-watch.ts';
import type { Right } from '../kubernetes/right.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { Capability } from '../kubernetes/tool-container.ts';
import type { ToolContainers } from '../kubernetes/tool-containers.ts';
import type { Evidence, Fault, Recovery } from './fault.ts';

/** A fault that is known to hold. */
export type Known = Pick<Fault, 'kind' | 'targets' | 'record'>;

/** What every fault is made with, and undone where the run that put it in is gone. */
export interface FaultContext {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly pods: PodWatch;
  readonly containers: ToolContainers;
  readonly journal: Journal;
  /** Opened when first asked for; throws where no Zeebe answers. */
  cluster(): Promise<Cluster>;
  /** The faults of this run that hold now, or for who heals those that stand in the ledger; what else is found is somebody else's. */
  known(): readonly Known[];
}

/** The context of faults in a cluster that is open. */
export function contextOf(
  cluster: Cluster,
  containers: ToolContainers,
  known: () => readonly Known[] = () => [],
): FaultContext {
  const { kubernetes, namespace, pods, journal } = cluster;
  return { kubernetes, namespace, pods, containers, journal, cluster: () => Promise.resolve(cluster), known };
}

/** Makes of the record of a fault (`Fault.record`) what undoes it; touches nothing yet. */
export type Recover = (context: FaultContext, record: unknown) => Recovery;

/** What is known of a kind of fault, whatever it is made of. */
export interface FaultFacts {
  /** `snapshot corruption` */
  readonly name: string;
  /** What its titles begin with: `corrupt the snapshot`. */
  readonly verb: string;
  /** Beyond what every run needs. */
  readonly rights: readonly Right[];
  /** The image of the containers that the fault brings along; `tools` is CHAOS_TOOL_IMAGE. */
  readonly image: 'none' | 'tools';
  /** What its tool containers may do beyond what any process may. */
  readonly capabilities: readonly Capability[];
  /** What they may do in their place where what the fault ends is process 1 of its container. */
  readonly capabilitiesForFirst?: readonly Capability[];
  /** What it may end at its targets, once each: the process, or the pod. */
  readonly ends: readonly ('process' | 'pod')[];
  /** Whether others on the hosts of its targets wait for processor time while it holds. */
  readonly loadsHosts: boolean;
  /** What it takes while it holds, of its entry in the ledger: for each thing names of pods of which one is as good as gone. */
  readonly takes: (entry: Pick<LedgerEntry, 'targets' | 'undo'>) => string[][];
  /** What proves that it holds, for the catalogue and for reports. */
  readonly proves: string;
  readonly recover: Recover;
}

/** A kind of fault; `Of` are its targets and options. */
export interface FaultKind<Of extends readonly unknown[], E extends Evidence = Evidence> extends FaultFacts {
  /** Makes the fault; touches nothing. */
  readonly make: (context: FaultContext, ...of: Of) => Fault<E>;
}

/** What a fault takes that takes each of its targets away for a while. */
export function eachTarget({ targets }: Pick<LedgerEntry, 'targets'>): string[][] {
  return targets.map((target) => [target]);
}

/** A tool container and commands in it. A WebSocket is authorized as `get`, from Kubernetes 1.35 on as `create` too. */
export const toolContainerRights: readonly Right[] = [
  { why: 'tool containers, which carry faults', group: '', resource: 'pods/ephemeralcontainers', verbs: ['patch'] },
  { why: 'faults, their proofs and their lifts', group: '', resource: 'pods/exec', verbs: ['get', 'create'] },
];
