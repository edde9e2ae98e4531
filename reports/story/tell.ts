/** Puts the story of an experiment into its Allure result. */
import type { TestResult } from 'allure-js-commons';
import type { About } from '../../fixtures/experiment.ts';
import type { Verdict } from '../../helpers/verdict/verdict.ts';
import { docsLinkOf } from '../docs-link.ts';
import { descriptionOf } from './description.ts';
import { allureSteps } from './steps.ts';
import type { Story } from './story.ts';

export interface Told {
  /** `production-m/leader-terminate`. */
  readonly name: string;
  /** The folder of reports. */
  readonly out: string;
  readonly verdict: Verdict;
  readonly about: Partial<About> | undefined;
  /** SVG. */
  readonly timeline: string | undefined;
}

/** Sets steps, description and links of a result. */
export function tell(result: TestResult, story: Story, { name, out, verdict, about, timeline }: Told): void {
  result.steps = allureSteps(story);
  const docs = docsLinkOf(name, out);
  // Allure makes no link of a relative address, and a page of a server does not open in the frame of a description.
  const isRelative = !/^https?:/.test(docs);
  result.links = isRelative ? [] : [{ type: 'docs', name: `Documentation of ${name}`, url: docs }];
  result.descriptionHtml = descriptionOf(story, verdict, about, timeline, isRelative ? docs : undefined);
}
