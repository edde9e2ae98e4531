/** The clusters that a bench run tests, as the command line names them. */
import { isPlan } from '../lab/zeebe/plans.ts';

export interface BenchCluster {
  /** As named; unique in a run. */
  readonly name: string;
  /** A context of the workers' kubeconfig; absent for the lab of the worker's machine. */
  readonly context?: string;
  readonly namespace?: string;
  /** Where it is not the run's. */
  readonly plan?: string;
}

const expected =
  "`--clusters` expects lab or <context>/<namespace>, each with @<plan> where it is not the suite's, separated by commas";

/**
 * Reads `lab`, `lab@production-s` and `<context>/<namespace>[@plan]`, separated by commas; a context may hold slashes.
 *
 * @throws Error with what is expected and what was found
 * @example
 * clustersOf('lab,staging/zeebe@production-s')
 */
export function clustersOf(text: string): BenchCluster[] {
  const clusters = text.split(',').map((entry) => clusterOf(entry.trim()));
  const twice = clusters.find(({ name }, i) => clusters.findIndex((other) => other.name === name) < i);
  if (twice) throw new Error(`${expected}; ${twice.name} was found twice, and experiments cannot share a cluster.`);
  return clusters;
}

function clusterOf(entry: string): BenchCluster {
  const [, name = '', plan] = /^(.*?)(?:@([^@/]*))?$/.exec(entry) ?? [];
  if (plan !== undefined && !isPlan(plan)) throw new Error(`${expected}; there is no plan "${plan}" in "${entry}".`);
  const ofPlan = plan === undefined ? {} : { plan };
  if (name === 'lab') return { name, ...ofPlan };
  const slash = name.lastIndexOf('/');
  const [context, namespace] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  if (context === '' || namespace === '') throw new Error(`${expected}; found "${entry}".`);
  return { name, context, namespace, ...ofPlan };
}

/**
 * Returns the settings, on top of the worker's own, that lead an experiment to its cluster, with an empty one for none;
 * undefined if the cluster has no place. Those of the lab are the defaults.
 */
export function settingsOf(
  { name, context, namespace }: BenchCluster,
  own: Readonly<NodeJS.ProcessEnv>,
): Record<string, string> | undefined {
  if (context && namespace) return { CHAOS_KUBE_CONTEXT: context, CHAOS_NAMESPACE: namespace };
  if (name !== 'lab' || context || namespace) return undefined;
  // The namespace beside a context is that of another cluster.
  const elsewhere = Boolean(own['CHAOS_KUBE_CONTEXT']);
  const none = { CHAOS_KUBE_CONTEXT: '', CHAOS_TOOL_IMAGE: '', CHAOS_WORKER_IMAGE: '' };
  return elsewhere ? { ...none, CHAOS_NAMESPACE: '' } : none;
}
