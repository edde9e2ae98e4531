/** A run that somebody sabotages. */
import { disturbed } from '../inner/disturbed.ts';
import { runSuite, type SuiteRun } from '../inner/run-suite.ts';
import type { Sabotage } from './cases.ts';
import type { Outsider } from './outsider.ts';

/** Runs the experiment of a sabotage, and does that at its moment. */
export async function sabotaged(
  outsider: Outsider,
  { experiment, when, act, control = 'none' }: Sabotage,
): Promise<SuiteRun> {
  const env = { CHAOS_CONTROL: control };
  if (when) return disturbed(experiment, when, ([, ...groups]) => act(outsider, ...groups), env);
  await act(outsider);
  return runSuite('sabotaged', `suites/${experiment}`, env);
}
