/** `npm run doctor [-- suite]`: says what a run would find on the cluster, and which experiments it would run; touches nothing. */
import { connect } from '../helpers/kubernetes/connection.ts';
import { readSettings } from '../helpers/settings.ts';
import { DEFAULT_PLAN } from '../lab/zeebe/plans.ts';
import { runOnWhatIsUp } from '../fixtures/run-for.ts';
import { listExperiments } from '../reports/catalogue/specs.ts';
import { readFacts } from './facts.ts';
import { findingsOf } from './findings.ts';
import { prospectOf } from './prospects.ts';

/** Prints a line a finding and a line an experiment; returns whether nothing is wrong and no experiment is broken. */
async function examine(suite: string): Promise<boolean> {
  const settings = readSettings();
  const run = await runOnWhatIsUp(settings);
  if (!run)
    throw new Error(
      'A cluster is expected, and the lab is not up: name one with CHAOS_KUBE_CONTEXT, or run `npm run lab -- up`.',
    );
  console.log(`Cluster: context ${run.context}, namespace ${run.namespace}\n`);
  const [facts, specs] = await Promise.all([
    readFacts(connect(run.context, run.kubeconfig), run),
    listExperiments([suite]),
  ]);
  const findings = findingsOf(facts, run);
  for (const { about, state, says } of findings) console.log(line(state, about, says));
  const prospects = specs.map(({ name, declared: { faults, brings } }) =>
    prospectOf({ name, faults, brings }, facts, run),
  );
  console.log('');
  for (const { name, prospect, why } of prospects) console.log(line(prospect, name, why));
  return findings.every(({ state }) => state !== 'wrong') && prospects.every(({ prospect }) => prospect !== 'broken');
}

function line(state: string, about: string, says: string): string {
  return ` ${state.padEnd(8)} ${about.padEnd(38)} ${says}`.trimEnd();
}

try {
  const [suite = DEFAULT_PLAN, ...more] = process.argv.slice(2);
  if (more.length > 0) throw new Error(`One suite is expected after \`npm run doctor --\`, found "${more.join(' ')}".`);
  if (!(await examine(suite))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();
