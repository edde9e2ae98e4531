/** What the control runs of an experiment must end with: by what they are about, and not by their every word. */
import { execa } from 'execa';
import { faults } from '../helpers/faults/catalogue.ts';
import type { Control } from '../helpers/settings.ts';
import type { VerdictClass } from '../helpers/verdict/verdict.ts';
import type { ExperimentSpec } from '../reports/catalogue/specs.ts';
import type { ExperimentResult } from '../reports/result.ts';

/** What is declared under `suites/production-m`; read in a process of its own, since a vitest cannot list within another. */
export async function declaredExperiments(): Promise<ExperimentSpec[]> {
  const { stdout } = await execa('npx', ['tsx', 'reports/catalogue/cli.ts', '--list']);
  return (JSON.parse(stdout) as ExperimentSpec[]).filter(({ name }) => name.startsWith('production-m/'));
}

interface Meaning {
  readonly verdict: VerdictClass;
  /** The reason has one of these in it. */
  readonly says: readonly string[];
}

/** What a run of the experiment means where it goes as it must. */
function meaningOf({ declared }: Pick<ExperimentSpec, 'declared'>, control: Control): Meaning {
  switch (control) {
    case 'none':
      return { verdict: 'passed', says: [''] };
    case 'no-effect':
      return { verdict: 'broken', says: declared.faults.map((name) => `FaultWithoutEffect: ${faults[name].verb} `) };
    case 'refuted':
      return { verdict: 'failed', says: [declared.refuted.says].flat() };
  }
}

/** A sentence where the experiment did not end as it must; undefined where it did. */
export function whatIsWrong(
  spec: Pick<ExperimentSpec, 'name' | 'declared'>,
  control: Control,
  result: Pick<ExperimentResult, 'verdict' | 'reason'> | undefined,
): string | undefined {
  const { verdict, says } = meaningOf(spec, control);
  if (result?.verdict === verdict && says.some((words) => result.reason.includes(words))) return undefined;
  const found = result ? `${result.verdict}: ${result.reason}` : 'no result';
  return `${spec.name}, CHAOS_CONTROL=${control}, is expected to be ${verdict} and to say "${says.join('" or "')}", and is ${found}`;
}
