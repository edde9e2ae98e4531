/** What sorts and filters experiments in the report. */
import type { Label, Parameter } from 'allure-js-commons';
import type { About } from '../fixtures/experiment.ts';
import type { Story } from './story/story.ts';
import type { Verdict, VerdictClass } from '../helpers/verdict/verdict.ts';

/** Allure's categories by verdict; a label carries it, since the status alone does not tell cleanup trouble. */
const CATEGORIES: Readonly<Record<VerdictClass, string | undefined>> = {
  passed: undefined,
  failed: 'claim refuted',
  broken: 'experiment invalid',
  skipped: 'precondition not met',
};

/** The category of a verdict; undefined where all is well. */
export function categoryOf({ verdict, cleanup }: Verdict): string | undefined {
  return verdict === 'broken' && cleanup ? 'cleanup trouble' : CATEGORIES[verdict];
}

/**
 * The labels of an experiment: its plan and faults, how much it matters, and what ChaosToolkit's experiments call
 * contributions.
 */
export function labelsOf(name: string, about: About | undefined, verdict: Verdict): Label[] {
  const [plan = '', experiment = ''] = name.split('/');
  const tags = [plan, ...(about?.faults ?? []), 'reliability', 'availability'];
  const category = categoryOf(verdict);
  return [
    { name: 'epic', value: plan },
    { name: 'feature', value: about?.faults.join(', ') ?? 'experiment' },
    { name: 'story', value: experiment },
    { name: 'severity', value: about?.severity ?? 'normal' },
    ...tags.map((value) => ({ name: 'tag', value })),
    ...(category === undefined ? [] : [{ name: 'category', value: category }]),
  ];
}

/** Where the experiment ran; none of it is part of its identity, so that runs on other clusters share a history. */
export function parametersOf({ surroundings }: Story): Parameter[] {
  return Object.entries(surroundings).map(([name, value]) => ({ name, value: String(value), excluded: true }));
}
