/** What the soak has found, as a table. */
import { isPassed } from '../inner/run-tests.ts';
import type { Soaked } from './plan.ts';

/** Markdown: each test with its runs and failures, and below it every failure. */
export function soakTable(soaked: readonly Soaked[]): string {
  const runs = soaked.flatMap(({ tests, ...step }) => tests.map((test) => ({ ...step, ...test })));
  const keys = [...new Set(runs.map(({ file, test }) => `${file}\n${test}`))].sort();
  const rows = keys.map((key) => {
    const own = runs.filter(({ file, test }) => `${file}\n${test}` === key);
    const [file, test] = key.split('\n');
    const count = (busy: boolean) => {
      const some = own.filter((run) => run.busy === busy);
      return `${some.length} | ${some.filter((run) => !isPassed(run)).length}`;
    };
    return `| \`${file?.replace('.cluster.test.ts', '')}\` | ${cell(test ?? '')} | ${count(false)} | ${count(true)} |`;
  });
  const red = runs.filter((run) => !isPassed(run));
  const failures = red.map(
    ({ round, busy, file, test, why, status, commit }) =>
      `- Round ${round}${busy ? ', busy' : ''}, ${commit}, \`${file}\`, ${test}: ${why ?? status}`,
  );
  const commits = [...new Set(soaked.map(({ commit }) => commit))];
  return `# Soak

Written by \`npm run proof -- soak\`: every cluster test of the framework again and again, each round's files in an order of its
own, every second round beside two busy processes. Not among them is the test bench, whose models the engine does not carry
out. Rounds begun: ${Math.max(0, ...soaked.map(({ round }) => round))}; commits: ${commits.join(', ')}.

| file | test | runs | red | busy runs | red |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## Red ones

${failures.join('\n') || 'None.'}
`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
