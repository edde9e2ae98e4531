/** Experiments that somebody disturbs. */
import { runSuite, type SuiteRun } from './run-suite.ts';

/**
 * Runs an experiment (`production-m/leader-restart`), and does something to the cluster as soon as its output has a line
 * that matches.
 */
export async function disturbed(
  experiment: string,
  when: RegExp,
  disturb: (match: RegExpExecArray) => Promise<unknown>,
  env: Record<string, string> = {},
): Promise<SuiteRun> {
  let disturbing: Promise<unknown> | undefined;
  const run = await runSuite('disturbed', `suites/${experiment}`, env, (line) => {
    const match = disturbing ? null : when.exec(line);
    // Told below: nobody waits for it yet.
    if (match) (disturbing = disturb(match)).catch(() => undefined);
  });
  if (!disturbing) throw new Error(`A line of ${experiment} was expected to match ${String(when)}:\n${run.output}`);
  await disturbing;
  return run;
}
