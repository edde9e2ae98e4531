/** What the end of an experiment's process says of the experiment, and of the bench. */
import { unfinished } from '../helpers/verdict/verdict.ts';
import type { ChildRun } from './child-run.ts';
import { withoutVerdict, type Outcome } from './outcome.ts';

/** The outcome of an experiment that began at `began`, in epoch ms; broken where its process ended without a verdict. */
export function outcomeOfChild(run: ChildRun, experiment: string, cluster: string, began: number): Outcome {
  const { result, refusal, exitCode, ending } = run;
  if (refusal) return withoutVerdict(experiment, cluster, `before the experiment: ${refusal.refused}`, began);
  if (!result) return withoutVerdict(experiment, cluster, `${ending} and left no result`, began);
  if (!hasVerdict(run)) return { ...result, cluster, reason: `${result.reason}; ${ending}` };
  if (exitCode === 0 || result.verdict === 'failed' || result.verdict === 'broken') return { ...result, cluster };
  // Such as a fault that could not be undone when the run ended.
  return {
    ...result,
    cluster,
    verdict: 'broken',
    reason: `${result.verdict}, but then ${ending}; its output says why`,
  };
}

/** Whether the experiment came to its end. */
export function hasVerdict({ result }: ChildRun): boolean {
  return result !== undefined && !(result.verdict === 'broken' && result.reason.startsWith(unfinished.reason));
}

/** A bench that cannot run experiments at all, as against one whose experiment is broken. */
export function isBenchBroken({ result, refusal }: ChildRun): boolean {
  return !result && !refusal;
}
