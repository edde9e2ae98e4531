/** What became of one experiment on one cluster, as the bench's processes keep it. */
import type { ExperimentResult } from '../reports/result.ts';

export interface Outcome extends ExperimentResult {
  /** The cluster's name. */
  readonly cluster: string;
  /** Who ran it; absent where nobody did, or nobody told. */
  readonly worker?: string;
  /** `host:folder` of its journal, its results and what a report is made of. */
  readonly report?: string;
}

/** What happens now, as a worker tells it. */
export interface BenchProgress {
  readonly experiment: string;
  readonly worker: string;
  /** What the experiment printed last. */
  readonly line: string;
}

/** The outcome of an experiment of which no verdict is known. */
export function withoutVerdict(name: string, cluster: string, reason: string, startTime = Date.now()): Outcome {
  const endTime = Date.now();
  return { name, cluster, verdict: 'broken', reason, startTime, endTime, durationMs: endTime - startTime };
}
