/** The cluster that a proof works on itself, beside the runs that it starts. */
import { runFor } from '../fixtures/run-for.ts';
import { Cluster } from '../helpers/cluster/cluster.ts';
import { Journal } from '../helpers/journal.ts';
import { connect } from '../helpers/kubernetes/connection.ts';
import type { Run } from '../helpers/run.ts';
import { seededBy } from '../helpers/seeded.ts';
import { readSettings } from '../helpers/settings.ts';

/** Opens the cluster as its admin, with the lab up if no other was named; what would skip an experiment throws. */
export async function openOwnCluster(purpose: string): Promise<{ cluster: Cluster; run: Run }> {
  const run = await runFor(readSettings(), 'admin');
  const skip = (reason: string): never => {
    throw new Error(reason);
  };
  const cluster = await Cluster.open({
    kubernetes: connect(run.context, run.kubeconfig),
    namespace: run.namespace,
    landmarks: run.landmarks,
    zeebeAccess: run.access,
    seeded: seededBy(run.seed, purpose),
    journal: new Journal(undefined),
    skip,
  });
  return { cluster, run };
}
