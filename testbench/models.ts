/** What the models under bpmn/testbench and this code call things. */

export const BENCH_PROCESS = 'testbench';

/** The models that every bench needs; an example of a daily start is beside them. */
export const MODELS = ['testbench/testbench.bpmn', 'testbench/testbench-cluster.bpmn'];

export const LIST_JOB = 'testbench-list';
export const EXPERIMENT_JOB = 'testbench-experiment';

/** What a boundary event catches where the bench itself is broken. */
export const BENCH_BROKEN = 'testbench-broken';

/** Makes every cluster's process tell how far it is, to jobs of the type in the signal's variable `asker`. */
export const STATUS_SIGNAL = 'testbench-status';

/** The type of the job that hands the results of a bench run over. */
export function resultsJobOf(bench: string): string {
  return `testbench-results-${bench}`;
}
