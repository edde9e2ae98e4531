/** JUnit XML for CI systems, with our verdicts: what is broken is an error, what is refuted a failure. */
import type { ExperimentResult } from './result.ts';

/** One test suite with one test case for each experiment; times in seconds, as the format has them. */
export function junitOf(experiments: readonly ExperimentResult[]): string {
  const count = (verdict: ExperimentResult['verdict']) => experiments.filter((e) => e.verdict === verdict).length;
  const time = experiments.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const counts = `tests="${experiments.length}" failures="${count('failed')}" errors="${count('broken')}" skipped="${count('skipped')}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="zeebe-chaos" ${counts} time="${inSeconds(time)}">
${experiments.map(caseOf).join('\n')}
  </testsuite>
</testsuites>
`;
}

const ELEMENTS = { failed: 'failure', broken: 'error', skipped: 'skipped' } as const;

function caseOf({ name, verdict, reason, cleanup = [], durationMs }: ExperimentResult): string {
  const [plan = '', experiment = ''] = name.split('/');
  const open = `    <testcase classname="${escaped(plan)}" name="${escaped(experiment)}" time="${inSeconds(durationMs)}"`;
  if (verdict === 'passed') return `${open}/>`;
  const output = cleanup.length > 0 ? `<system-err>${escaped(cleanup.join('\n'))}</system-err>` : '';
  return `${open}><${ELEMENTS[verdict]} message="${escaped(reason)}"/>${output}</testcase>`;
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Also without the control characters that XML 1.0 has no way to write; ESC colours an error's message. */
function escaped(text: string): string {
  return text
    .replaceAll(/\u001b\[[\d;]*m|[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
