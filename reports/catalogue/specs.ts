/** What the spec files of a folder declare, read without running them. */
import path from 'node:path';
import type { TaskMeta } from 'vitest';
import { createVitest, type TestModule } from 'vitest/node';
import { experimentName } from '../../helpers/verdict/experiment-name.ts';

export type Declared = NonNullable<TaskMeta['experiment']>;

export interface ExperimentSpec {
  /** `production-m/<name>` */
  readonly name: string;
  /** The spec file, from the repository's root. */
  readonly file: string;
  /** The title of its test. */
  readonly claim: string;
  readonly declared: Declared;
}

/** Every experiment, with those that suites of other plans import where they are. */
const FOLDERS = ['production-m', 'extra'];

/** Lists the experiments of the suites, by name; throws if a spec file does not load or does not declare exactly one. */
export async function listExperiments(folders = FOLDERS): Promise<ExperimentSpec[]> {
  const vitest = await createVitest('test', {
    // Not the project's own configuration: its global set-up brings up a lab, and its reporters write to reports/out.
    config: false,
    watch: false,
    include: folders.map((folder) => `suites/${folder}/*.test.ts`),
    reporters: [{}],
    // One worker for all files: most of the time goes into loading what they have in common.
    isolate: false,
    fileParallelism: false,
  });
  try {
    const { testModules } = await vitest.collect();
    const order = ({ file }: ExperimentSpec) => `${folders.indexOf(path.basename(path.dirname(file)))} ${file}`;
    return testModules.map(specOf).sort((a, b) => (order(a) < order(b) ? -1 : 1));
  } finally {
    await vitest.close();
  }
}

function specOf(module: TestModule): ExperimentSpec {
  const file = path.relative('.', module.moduleId);
  const [error] = module.errors();
  if (error) throw new Error(`${file} is expected to load: ${error.message}`);
  const [found, ...others] = [...module.children.allTests()].flatMap((test) => {
    const { experiment } = test.meta();
    return experiment ? [{ claim: test.name, declared: experiment }] : [];
  });
  if (!found || others.length > 0)
    throw new Error(
      `${file} is expected to have one test with an \`experiment(…)\`, and has ${found ? others.length + 1 : 'none'}.`,
    );
  return { name: experimentName(module.moduleId), file, ...found };
}
