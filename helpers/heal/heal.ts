/** Undoes what runs have left, from nothing but the ledger. */
import { Cluster } from '../cluster/cluster.ts';
import type { FaultContext } from '../chaos/fault-kind.ts';
import type { Journal } from '../journal.ts';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { watchPods } from '../kubernetes/pod-watch.ts';
import { endToolContainers, ToolContainers } from '../kubernetes/tool-containers.ts';
import { seededBy } from '../seeded.ts';
import type { Landmarks } from '../settings.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { seconds } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import type { ZeebeAccess } from '../zeebe/access.ts';
import { closeEntry, entriesIn, type LedgerEntry } from '../ledger/ledger.ts';
import { recoveryOf } from './recoveries.ts';

export interface HealOptions {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly landmarks: Landmarks;
  readonly zeebeAccess: ZeebeAccess;
  readonly toolImage: string;
  readonly journal: Journal;
  /** Only what this run has left; what any run has left unless told. */
  readonly run?: string;
}

/** What names the tool containers of whoever heals for a run. */
export function toolContainersOf(run: string): string {
  return `zeebe-chaos-${run}`;
}

/**
 * Undoes every entry of the ledger, the newest first, and proves each undone; returns their titles.
 *
 * Whoever calls must know that the runs are over: their tool containers are ended first, so that nothing of them comes
 * after its own undo.
 *
 * @throws AggregateError of what could not be undone; its entries stay in the ledger
 */
export async function heal(options: HealOptions): Promise<string[]> {
  const { kubernetes, namespace, run } = options;
  const entries = await entriesIn(kubernetes, namespace, run);
  if (entries.length === 0) return [];
  const healer = await Healer.open(options);
  try {
    return await healer.heal(entries);
  } finally {
    await healer.close();
  }
}

class Healer {
  readonly #options: HealOptions;
  readonly #context: FaultContext;
  #cluster: Promise<Cluster> | undefined;
  /** What still stands in the ledger. */
  #left: readonly LedgerEntry[] = [];

  private constructor(options: HealOptions, { pods, containers }: Pick<FaultContext, 'pods' | 'containers'>) {
    const { kubernetes, namespace, journal } = options;
    this.#options = options;
    this.#context = {
      kubernetes,
      namespace,
      journal,
      pods,
      containers,
      cluster: () => this.#openCluster(),
      known: () => this.#left.map(({ kind, undo }) => ({ kind, targets: [], record: () => undo })),
    };
  }

  static async open(options: HealOptions): Promise<Healer> {
    const { kubernetes, namespace, toolImage } = options;
    const watch = { title: `Watching the pods of namespace ${namespace}`, within: 30 * seconds };
    const pods = await retry(() => watchPods(kubernetes, namespace), watch);
    const containers = new ToolContainers(kubernetes, namespace, pods, toolImage, toolContainersOf('heal'));
    return new Healer(options, { pods, containers });
  }

  async heal(entries: readonly LedgerEntry[]): Promise<string[]> {
    const { journal, namespace } = this.#options;
    const runs = [...new Set(entries.map(({ run }) => run))];
    journal.write(
      `Heal: ${entries.length} entries of run ${runs.join(', ')} stand in the ledger of namespace ${namespace}.`,
    );
    this.#left = entries;
    const errors: unknown[] = [];
    const noting = (work: Promise<void>) => work.catch((error: unknown) => errors.push(error));
    for (const run of runs) await noting(endToolContainers(this.#context, toolContainersOf(run)));
    for (const entry of entries) await noting(this.#undo(entry));
    if (errors.length > 0)
      throw new AggregateError(
        errors,
        `What earlier runs have left could not all be undone: ${errors.map(String).join('; ')}`,
      );
    return entries.map(({ title }) => title);
  }

  async #undo(entry: LedgerEntry): Promise<void> {
    const { journal, kubernetes, namespace } = this.#options;
    const { title, run, since, name } = entry;
    await journal.phase(
      `Undo: ${title}, left by run ${run} since ${since}`,
      async () => {
        const recovery = recoveryOf(this.#context, entry);
        const end = performance.now() + recovery.undoWithin;
        const bound = (what: string) => ({ title: `${what} "${title}"`, within: Math.max(0, end - performance.now()) });
        await retry(() => recovery.undo(), bound('Undoing'));
        journal.evidence(`${title} (healed)`, await retry(() => recovery.proveGone(), bound('Proving the end of')));
      },
      'recover',
    );
    await closeEntry(kubernetes, namespace, name);
    this.#left = this.#left.filter((one) => one !== entry);
  }

  #openCluster(): Promise<Cluster> {
    const { kubernetes, namespace, landmarks, journal, zeebeAccess } = this.#options;
    const skip = (reason: string): never => {
      throw new ExperimentInvalid(reason);
    };
    this.#cluster ??= Cluster.open({
      kubernetes,
      namespace,
      landmarks,
      zeebeAccess,
      journal,
      skip,
      seeded: seededBy(0, 'heal'),
    }).catch((error: unknown) => {
      // The next one who asks may find it.
      this.#cluster = undefined;
      throw error;
    });
    return this.#cluster;
  }

  async close(): Promise<void> {
    const { containers, pods } = this.#context;
    await containers.endAll().catch((error: unknown) => {
      this.#options.journal.write(`Heal: ${String(error)}`, {}, 'WARN');
    });
    await this.#cluster?.then(
      (cluster) => cluster.close(),
      () => undefined,
    );
    pods.close();
  }
}
