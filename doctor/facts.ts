/** What the doctor reads of a cluster. Nothing is written there. */
import type { V1Pod } from '@kubernetes/client-node';
import { survey } from '../helpers/cluster/landmarks.ts';
import { isBroker, gatewayAccess, gatewaysAmong } from '../helpers/cluster/resolve.ts';
import { readInPod, runningZeebe } from '../helpers/cluster/read-in-pod.ts';
import { topologyThrough } from '../helpers/cluster/try-access.ts';
import { baseRights, workerRights } from '../helpers/faults/base-rights.ts';
import { faults } from '../helpers/faults/catalogue.ts';
import { servesAsFirst } from '../helpers/faults/serving-process.ts';
import { reasonOf } from '../helpers/kubernetes/apply.ts';
import type { Kubernetes } from '../helpers/kubernetes/connection.ts';
import { isReady } from '../helpers/kubernetes/pods.ts';
import { missingRights } from '../helpers/kubernetes/preflight.ts';
import { holderOf } from '../helpers/ledger/lease-record.ts';
import { entriesIn } from '../helpers/ledger/ledger.ts';
import type { Landmarks } from '../helpers/settings.ts';
import { seconds } from '../helpers/wait/deadline.ts';
import type { ZeebeAccess } from '../helpers/zeebe/access.ts';
import type { Topology } from '../helpers/zeebe/topology.ts';

/** An answer, or why there is none. */
export type Told<T> = { readonly value: T } | { readonly refused: string };

/** Rights that are missing, a sentence each: for every run, for job workers, and for each kind of fault. */
export type MissingRights = Readonly<Record<string, readonly string[]>>;

export interface Facts {
  readonly version: Told<string>;
  readonly labels: Told<Readonly<Record<string, string>>>;
  readonly missing: Told<MissingRights>;
  readonly pods: Told<readonly V1Pod[]>;
  /** The pods that clients talk to. */
  readonly gateways: Told<readonly V1Pod[]>;
  /** What each ready gateway says, by its name. */
  readonly topologies: ReadonlyMap<string, Told<Topology>>;
  /** Whether the process that serves is process 1 of its container, by the broker's name. */
  readonly isFirst: ReadonlyMap<string, Told<boolean>>;
  /** Who holds the namespace's Lease. */
  readonly holder: Told<string | undefined>;
  /** Titles of what stands in the ledger. */
  readonly ledger: Told<readonly string[]>;
}

/** Where Zeebe is, and how it is found and reached there. */
interface Place {
  readonly namespace: string;
  readonly access: ZeebeAccess;
  readonly landmarks: Landmarks;
}

/** How long one gateway or one pod may take to answer. */
const WITHIN = 4 * seconds;

/** Reads all of it, side by side; what is refused is told and not thrown. */
export async function readFacts(kubernetes: Kubernetes, { namespace, access, landmarks }: Place): Promise<Facts> {
  const surveying = told(() => survey(kubernetes, namespace, landmarks));
  const services = told(async () => valueOf(await surveying).services);
  const pods = told(async () => {
    const { items } = await kubernetes.core.listNamespacedPod({ namespace });
    return items.map(valueOf(await surveying).see);
  });
  const gateways = told(async () => gatewaysAmong(valueOf(await pods), valueOf(await services)));
  const topologyOf = async (gateway: V1Pod): Promise<Topology> => {
    const through = gatewayAccess(access, allIn(await services), namespace);
    return topologyThrough({ kubernetes, namespace, access: through }, gateway, WITHIN);
  };
  const [version, labels, missing, topologies, isFirst, holder, ledger] = await Promise.all([
    told(async () => (await kubernetes.version.getCode()).gitVersion),
    told(async () => (await kubernetes.core.readNamespace({ name: namespace })).metadata?.labels ?? {}),
    told(() => rightsMissing(kubernetes, namespace)),
    gateways.then((found) => eachOf(allIn(found).filter(isReady), topologyOf)),
    pods.then((found) =>
      eachOf(allIn(found).filter(isBroker), async (pod) => {
        if (runningZeebe([pod]).length === 0) throw new Error('It does not run.');
        return isFirstIn(kubernetes, namespace, pod);
      }),
    ),
    told(() => holderOf(kubernetes, namespace)),
    told(async () => (await entriesIn(kubernetes, namespace)).map(({ title }) => title)),
  ]);
  return {
    version,
    labels,
    missing,
    pods: await pods,
    gateways: await gateways,
    topologies,
    isFirst,
    holder,
    ledger,
  };
}

async function rightsMissing(kubernetes: Kubernetes, namespace: string): Promise<MissingRights> {
  const groups = [
    ['every run', baseRights],
    ['job workers', workerRights],
    ...Object.values(faults).map(({ name, rights }) => [name, rights] as const),
  ] as const;
  const missing = groups.map(async ([of, rights]) => [of, await missingRights(kubernetes, namespace, rights)] as const);
  return Object.fromEntries(await Promise.all(missing));
}

async function isFirstIn(kubernetes: Kubernetes, namespace: string, pod: V1Pod): Promise<boolean> {
  return servesAsFirst(await readInPod({ kubernetes, namespace }, pod, 'cat /proc/1/status', { within: WITHIN }));
}

async function told<T>(ask: () => Promise<T>): Promise<Told<T>> {
  try {
    return { value: await ask() };
  } catch (error) {
    return { refused: reasonOf(error) };
  }
}

async function eachOf<T>(pods: readonly V1Pod[], ask: (pod: V1Pod) => Promise<T>): Promise<Map<string, Told<T>>> {
  const all = pods.map(async (pod) => [pod.metadata?.name ?? '', await told(() => ask(pod))] as const);
  return new Map(await Promise.all(all));
}

/** Throws what was refused. */
function valueOf<T>(answer: Told<T>): T {
  if ('refused' in answer) throw new Error(answer.refused);
  return answer.value;
}

/** Whether the process that serves is process 1 in one of the brokers, as far as that is known. */
export function isAnyFirst({ isFirst }: Pick<Facts, 'isFirst'>): boolean {
  return [...isFirst.values()].some((told) => 'value' in told && told.value);
}

/** Nothing, where that is not known. */
export function allIn<T>(answer: Told<readonly T[]>): readonly T[] {
  return 'value' in answer ? answer.value : [];
}
