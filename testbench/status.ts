/** How far bench runs are, asked of their processes themselves: Zeebe's gateway has no call that reads. */
import { randomUUID } from 'node:crypto';
import { seconds } from '../helpers/wait/deadline.ts';
import type { ZeebeClient } from '../helpers/zeebe/client.ts';
import { isGone } from '../helpers/zeebe/errors.ts';
import type { BenchCluster } from './clusters.ts';
import { STATUS_SIGNAL } from './models.ts';
import type { BenchProgress, Outcome } from './outcome.ts';

/** The variables of a process that tests one cluster. */
export interface ClusterStatus {
  readonly bench: string;
  readonly cluster: BenchCluster;
  /** `production-m/<experiment>`, in their order; empty until a worker has listed them. */
  readonly planned: readonly string[];
  readonly outcomes: readonly Outcome[];
  readonly progress: BenchProgress | null;
}

/** Asks every process that tests a cluster; those that do not answer within `within` ms are left out. */
export async function askStatus(client: ZeebeClient, within = 2 * seconds): Promise<ClusterStatus[]> {
  const asker = `testbench-status-${randomUUID()}`;
  await client.broadcastSignal(STATUS_SIGNAL, { asker });
  const statuses: ClusterStatus[] = [];
  const end = performance.now() + within;
  for (let left = within; left > 0; left = end - performance.now()) {
    const jobs = await client.activateJobs({
      type: asker,
      worker: asker,
      max: 32,
      timeout: 10 * seconds,
      // The others come with the first: no need to wait for more once some are there.
      requestTimeout: statuses.length > 0 ? -1 : Math.ceil(left),
    });
    if (jobs.length === 0 && statuses.length > 0) break;
    for (const job of jobs) {
      statuses.push(job.variables as unknown as ClusterStatus);
      await client.completeJob(job.key).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
    }
  }
  return statuses.sort((a, b) => (a.cluster.name < b.cluster.name ? -1 : 1));
}

/** `lab: 3 of 10; production-m/leader-restart: Probe: …` */
export function spellStatus({ cluster, planned, outcomes, progress }: ClusterStatus): string {
  const far = planned.length === 0 ? 'waiting for a worker' : `${outcomes.length} of ${planned.length}`;
  const now = progress && !outcomes.some(({ name }) => name === progress.experiment) ? progress : undefined;
  return `${cluster.name}: ${far}${now ? `; ${now.experiment}: ${now.line}` : ''}`;
}
