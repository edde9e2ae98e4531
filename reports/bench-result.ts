/** The results of a run in the words of Zeebe's test bench, which asks each of its testers for them. */
import type { ExperimentResult } from './result.ts';

export interface BenchResult {
  readonly testResult: 'PASSED' | 'FAILED' | 'SKIPPED';
  /** `plan/experiment (verdict): reason`, for each experiment that was refuted or broken. */
  readonly failureMessages: readonly string[];
  readonly failureCount: number;
  /** Epoch milliseconds of the first experiment's start and the last one's end; null where there was none. */
  readonly startTime: number | null;
  readonly endTime: number | null;
  /** When the first experiment ended that was refuted or broken; null where none was. */
  readonly timeOfFirstFailure: number | null;
}

/** Sums experiments up; a run in which nothing passed and nothing failed is skipped. */
export function benchResultOf(experiments: readonly ExperimentResult[]): BenchResult {
  const failures = experiments.filter(({ verdict }) => verdict === 'failed' || verdict === 'broken');
  const passed = experiments.some(({ verdict }) => verdict === 'passed');
  return {
    testResult: failures.length > 0 ? 'FAILED' : passed ? 'PASSED' : 'SKIPPED',
    failureMessages: failures.map(({ name, verdict, reason }) => `${name} (${verdict}): ${reason}`),
    failureCount: failures.length,
    startTime: least(experiments.map(({ startTime }) => startTime)),
    endTime: experiments.length === 0 ? null : Math.max(...experiments.map(({ endTime }) => endTime)),
    timeOfFirstFailure: least(failures.map(({ endTime }) => endTime)),
  };
}

function least(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times);
}
