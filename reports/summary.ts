/** The results as Markdown, for the page of a CI job. */
import { aboutEngines } from './engine-seen.ts';
import type { ExperimentResult } from './result.ts';

const MARKS = { passed: '✅', failed: '❌', broken: '⚠️', skipped: '⏭️' } as const;

/** A headline with the counts, a table of the experiments, and in full what went wrong. */
export function summaryOf(experiments: readonly ExperimentResult[]): string {
  const counts = Object.keys(MARKS).map(
    (verdict) => `${experiments.filter((e) => e.verdict === verdict).length} ${verdict}`,
  );
  const rows = experiments.map(
    ({ name, verdict, durationMs, reason }) =>
      `| ${MARKS[verdict]} ${verdict} | ${name} | ${(durationMs / 1000).toFixed(1)} s | ${inCell(reason)} |`,
  );
  const trouble = experiments.flatMap(({ name, cleanup = [] }) => cleanup.map((why) => `- ${name}: ${inCell(why)}`));
  const engines = aboutEngines(experiments.map(({ engine }) => engine));
  return `## Chaos experiments: ${counts.join(', ')}

| Verdict | Experiment | Duration | Reason |
| --- | --- | ---: | --- |
${rows.join('\n')}
${engines.length > 0 ? `\n${engines.join('\n')}\n` : ''}${trouble.length > 0 ? `\n### Could not be undone\n\n${trouble.join('\n')}\n` : ''}`;
}

/** One line, and nothing that ends a cell or begins a tag. */
function inCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ');
}
