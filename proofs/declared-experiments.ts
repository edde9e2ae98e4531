/** What the spec files of the first plan declare. */
import { execa } from 'execa';
import type { ExperimentSpec } from '../reports/catalogue/specs.ts';

/** What is declared under `suites/production-m`; read in a process of its own, since a vitest cannot list within another. */
export async function declaredExperiments(): Promise<ExperimentSpec[]> {
  const { stdout } = await execa('npx', ['tsx', 'reports/catalogue/cli.ts', '--list']);
  return (JSON.parse(stdout) as ExperimentSpec[]).filter(({ name }) => name.startsWith('production-m/'));
}
