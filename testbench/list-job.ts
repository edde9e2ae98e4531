/** The job that says which experiments a cluster is tested with. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ZeebeError } from '../helpers/zeebe/errors.ts';
import type { Job, ZeebeClient } from '../helpers/zeebe/client.ts';
import { BENCH_BROKEN } from './models.ts';
import { withoutVerdict } from './outcome.ts';
import type { BenchCluster } from './clusters.ts';

interface ListVariables {
  readonly suite: string;
  readonly experiments: readonly string[];
  readonly cluster: BenchCluster;
}

/** Answers with the names, `production-m/<experiment>`; ends with a BPMN error where there is no such experiment. */
export async function answerList(client: ZeebeClient, job: Job): Promise<void> {
  const { suite, experiments, cluster } = job.variables as unknown as ListVariables;
  try {
    const planned = namesIn(suite, experiments).map((name) => `${suite}/${name}`);
    await client.completeJob(job.key, { planned });
  } catch (error) {
    if (error instanceof ZeebeError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const outcome = withoutVerdict(suite, cluster.name, message);
    await client.throwError(job.key, { code: BENCH_BROKEN, message, variables: { outcome } });
  }
}

/**
 * The chosen experiments of a suite, or all of them, by name.
 *
 * @throws Error naming those that there are
 */
export function namesIn(suite: string, chosen: readonly string[]): string[] {
  const suites = readdirSync('suites').sort();
  if (!suites.includes(suite))
    throw new Error(`A suite is expected to be one of ${suites.join(', ')}, found "${suite}".`);
  const all = readdirSync(path.join('suites', suite))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.basename(file, '.test.ts'))
    .sort();
  const unknown = chosen.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new Error(`An experiment of ${suite} is expected to be one of ${all.join(', ')}, found "${unknown}".`);
  return chosen.length > 0 ? [...chosen] : all;
}
