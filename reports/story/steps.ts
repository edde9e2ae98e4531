/** The steps of an experiment by the parts that it has, for Allure. */
import { Stage, Status, type StepResult } from 'allure-js-commons';
import type { Step, Story } from './story.ts';

const TITLES: Readonly<Record<string, string>> = {
  'steady before': 'Steady state before',
  rebalance: 'Rebalance',
  'client load': 'Client load',
  prepare: 'Prepare the fault',
  inject: 'Inject',
  hold: 'Hold',
  claim: 'Hold: the claim',
  lift: 'Lift',
  recover: 'Recover',
  settle: 'Settle what clients were promised',
  'steady between': 'Steady state between',
  'steady after': 'Steady state after',
};

/** One step for each part, in the order of time, with the lines of the journal in it. */
export function allureSteps(story: Story): StepResult[] {
  const parts: { phase: string; lines: Step[] }[] = [];
  for (const line of [...story.steps].sort((a, b) => a.end - b.end)) {
    const phase = phaseOf(line, story) ?? parts.at(-1)?.phase ?? 'steady before';
    const last = parts.at(-1);
    if (last?.phase === phase) last.lines.push(line);
    else parts.push({ phase, lines: [line] });
  }
  return parts.map(({ phase, lines }) => ({
    ...stepOf({
      title: TITLES[phase] ?? phase,
      phase,
      start: Math.min(...lines.map(({ start }) => start)),
      end: Math.max(...lines.map(({ end }) => end)),
      failed: lines.some(({ failed }) => failed),
    }),
    steps: lines.map(stepOf),
  }));
}

/** A line that says nothing of its part belongs to the hold of the fault that holds, or else to the part before it. */
function phaseOf({ phase, end }: Step, { faults }: Story): string | undefined {
  if (phase !== undefined) return phase;
  return faults.some(({ since, until = Infinity }) => since < end && end < until) ? 'hold' : undefined;
}

function stepOf({ title, start, end, failed }: Step): StepResult {
  return {
    name: title,
    status: failed ? Status.BROKEN : Status.PASSED,
    statusDetails: {},
    stage: Stage.FINISHED,
    start,
    stop: end,
    steps: [],
    attachments: [],
    parameters: [],
  };
}
