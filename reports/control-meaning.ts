/** What the control runs of an experiment must end with: by what they are about, and not by their every word. */
import { faults } from '../helpers/faults/catalogue.ts';
import type { Control } from '../helpers/settings.ts';
import type { VerdictClass } from '../helpers/verdict/verdict.ts';
import type { ExperimentSpec } from './catalogue/specs.ts';
import type { ExperimentResult } from './result.ts';

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

/** The sentence on an experiment at the end of a control run; none in any other run. */
export function aboutControl(
  control: Control,
  {
    declared,
    ...result
  }: Pick<ExperimentResult, 'name' | 'verdict' | 'reason'> & {
    readonly declared?: ExperimentSpec['declared'] | undefined;
  },
): string[] {
  if (control === 'none' || !declared) return [];
  const wrong = whatIsWrong({ name: result.name, declared }, control, result);
  return [wrong ?? `${result.name} ended as it must with CHAOS_CONTROL=${control}.`];
}
