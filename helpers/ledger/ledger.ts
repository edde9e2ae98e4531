/**
 * What is to be undone, written down in the cluster before it is done, so that it survives runner and machine.
 *
 * An entry is a ConfigMap of its own: made whole, never changed, deleted when nothing is left to undo. It holds names,
 * addresses and ids, and no secret. `kubectl get configmaps -l app.kubernetes.io/managed-by=zeebe-chaos` lists them.
 */
import type { V1ConfigMap } from '@kubernetes/client-node';
import { randomBytes } from 'node:crypto';
import { hasCode, reasonOf, unlessGone } from '../kubernetes/apply.ts';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { seconds } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';

/** Something that a run is about to do and that must not stay. */
export interface Leftover {
  /** A name of the catalogue of recoveries: `disconnect`, `job workers`. */
  readonly kind: string;
  /** For people: `disconnect camunda-zeebe-0 and camunda-zeebe-2`. */
  readonly title: string;
  /** Who is harmed: names of pods; none where it harms nobody. */
  readonly targets: readonly string[];
  /** Plain data that its kind needs to undo it. */
  readonly undo: unknown;
}

/** A leftover that stands in the ledger. */
export interface LedgerEntry extends Leftover {
  /** The ConfigMap's. */
  readonly name: string;
  readonly run: string;
  /** ISO 8601, just before it was done. */
  readonly since: string;
}

/** An entry in the hands of the run that made it. */
export interface OpenEntry {
  /** Takes the entry out of the ledger; an entry that is gone already is as good. */
  close(): Promise<void>;
}

/** Where a run writes down what it is about to do. */
export interface Ledger {
  /** Returns once the entry stands; throws if the API server does not take it within 10 s. */
  enter(leftover: Leftover): Promise<OpenEntry>;
}

const MANAGED = { 'app.kubernetes.io/managed-by': 'zeebe-chaos' };
const RUN = 'zeebe-chaos/run';
const WITHIN = 10 * seconds;

/** Opens the ledger of a run, in the namespace that it works on. */
export function ledgerOf(kubernetes: Kubernetes, namespace: string, run: string): Ledger {
  return {
    enter: async ({ kind, title, targets, undo }) => {
      const name = `zeebe-chaos-${run}-${randomBytes(4).toString('hex')}`;
      const data = { kind, title, targets: targets.join(', '), since: new Date().toISOString() };
      const body: V1ConfigMap = {
        metadata: { name, labels: { ...MANAGED, [RUN]: run } },
        data: { ...data, undo: JSON.stringify(undo) },
        immutable: true,
      };
      // One whose answer was lost stands already.
      const create = () =>
        kubernetes.core.createNamespacedConfigMap({ namespace, body }).catch((error: unknown) => {
          if (!hasCode(error, 409)) throw error;
        });
      await retry(create, { title: `Writing "${title}" into the ledger`, within: WITHIN });
      return { close: () => closeEntry(kubernetes, namespace, name) };
    },
  };
}

/** Takes an entry out of the ledger, whoever made it; throws if the API server does not do that within 30 s. */
export async function closeEntry(kubernetes: Kubernetes, namespace: string, name: string): Promise<void> {
  const remove = () => unlessGone(kubernetes.core.deleteNamespacedConfigMap({ namespace, name }));
  await retry(remove, { title: `Taking ${name} out of the ledger`, within: 30 * seconds });
}

/**
 * The entries that stand in a namespace, the newest first, which is the order to undo them in.
 *
 * @param run only the entries of this run; of every run unless told
 * @throws Error if the API server does not answer within 30 s
 */
export async function entriesIn(kubernetes: Kubernetes, namespace: string, run?: string): Promise<LedgerEntry[]> {
  const labels = { ...MANAGED, ...(run === undefined ? {} : { [RUN]: run }) };
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const list = () =>
    kubernetes.core.listNamespacedConfigMap({ namespace, labelSelector }).catch((error: unknown) => {
      // Asking again mends no missing right, as after the deletion of the namespace.
      if (hasCode(error, 403)) throw new ExperimentInvalid(`The ledger cannot be read: ${reasonOf(error)}`);
      throw error;
    });
  const { items } = await retry(list, { title: `Reading the ledger of namespace ${namespace}`, within: 30 * seconds });
  return items.map(entryFrom).sort((a, b) => b.since.localeCompare(a.since));
}

function entryFrom({ metadata, data = {} }: V1ConfigMap): LedgerEntry {
  return {
    name: metadata?.name ?? '',
    run: metadata?.labels?.[RUN] ?? '',
    kind: data['kind'] ?? '',
    title: data['title'] ?? '',
    targets: (data['targets'] ?? '').split(', ').filter(Boolean),
    since: data['since'] ?? '',
    undo: JSON.parse(data['undo'] ?? 'null') as unknown,
  };
}
