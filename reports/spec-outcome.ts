/** What vitest knows of a spec file that has ended. */
import {
  experimental_getRunnerTask as runnerTask,
  type TestCase,
  type TestModule,
  type TestSuite,
  type Vitest,
} from 'vitest/node';
import { filtersOf } from '../fixtures/filters.ts';
import type { Run } from '../helpers/run.ts';
import type { Control } from '../helpers/settings.ts';
import { whatWasNotLived } from '../helpers/verdict/experiment-record.ts';
import type { SpecError, SpecOutcome } from '../helpers/verdict/verdict.ts';

// present at run time, missing in vitest's types
interface UntypedResult {
  note?: string;
  pending?: boolean;
}

// vitest leaves this note on each test it cut short, whatever the test's state became afterwards
const abortNote = 'The test run was aborted by the user.';

/** Says whether a name pattern or tag filter of this run left no test of the file to run. */
export function isFilteredOut(module: TestModule, vitest: Vitest): boolean {
  const tests = [...module.children.allTests()];
  return isFiltered(vitest) && tests.length > 0 && tests.every((test) => runnerTask(test).result === undefined);
}

/** Sorts what vitest reports about a spec file into the phases that its verdict depends on. */
export function outcomeOf(module: TestModule, vitest: Vitest): SpecOutcome {
  const tests = [...module.children.allTests()];
  const suites = [module, ...module.children.allSuites()];
  const testsRun = tests.filter((test) => ['passed', 'failed'].includes(test.result().state)).length;
  const loaded = runnerTask(module).result?.startTime !== undefined;
  const bodyReached = testsRun > 0 || tests.some(skippedItself);
  const threwBefore = (phase: TestModule | TestSuite): boolean => threwIn('beforeAll', phase) || !bodyReached;
  return {
    finished: isFinished(module, tests) && !(isCancelled(vitest) && (testsRun === 0 || tests.some(isLeftOut))),
    importErrors: loaded ? [] : module.errors(),
    beforeErrors: [
      ...(loaded ? suites.filter(threwBefore).flatMap((suite) => suite.errors()) : []),
      ...tests.filter((test) => threwIn('beforeEach', test)).flatMap(errorsOf),
    ],
    bodyErrors: tests.filter((test) => !threwIn('beforeEach', test)).flatMap(errorsOf),
    afterErrors: loaded ? suites.filter((suite) => !threwBefore(suite)).flatMap((suite) => suite.errors()) : [],
    strayErrors: strayErrorsOf(module, vitest),
    testsRun,
    skipReasons: tests.filter(skippedItself).map((test) => untyped(test).note ?? 'no reason given'),
    // A control run is not meant to pass, and its refuter leaves its faults to the fixtures.
    notLived: controlOf(module) !== 'none' ? [] : tests.filter(isPassed).flatMap(notLivedBy),
    leftOut: isFiltered(vitest) || isCancelled(vitest) ? [] : tests.filter(isLeftOut).map(({ name }) => name),
  };
}

/** Which control run this is. */
export function controlOf({ project }: TestModule): Control {
  return (project.getProvidedContext() as Partial<{ run: Run }>).run?.control ?? 'none';
}

function notLivedBy(test: TestCase): string[] {
  const { record } = test.meta();
  if (record) return whatWasNotLived(record);
  return [
    `"${test.name}" is expected to write down what it lives through, and has not: take \`test\` and \`experiment\` from the fixtures.`,
  ];
}

function isFinished(module: TestModule, tests: TestCase[]): boolean {
  const ended = module.state() !== 'pending' && module.state() !== 'queued';
  return ended && tests.every((test) => test.result().state !== 'pending' && untyped(test).note !== abortNote);
}

// Errors of beforeAll and afterAll share one unlabelled list (suite.result.errors). What tells them apart is the state
// vitest keeps for each kind of hook: 'run' from its start and 'pass' only if none threw. After beforeAll threw, all
// of the list is "before": the verdict is broken whatever afterAll adds.
function threwIn(hook: 'beforeAll' | 'beforeEach', phase: TestModule | TestSuite | TestCase): boolean {
  return runnerTask(phase).result?.hooks?.[hook] === 'run';
}

// by name, by tag, or as `file:line`
function isFiltered(vitest: Vitest): boolean {
  return (
    vitest.getGlobalTestNamePattern() !== undefined ||
    (vitest.config.tagsFilter ?? []).length > 0 ||
    (filtersOf(vitest) ?? []).some((file) => /:\d+$/.test(file))
  );
}

// by .skip, .todo, or another test's .only
function isLeftOut(test: TestCase): boolean {
  return test.result().state === 'skipped' && !skippedItself(test);
}

function isPassed(test: TestCase): boolean {
  return test.result().state === 'passed';
}

function skippedItself(test: TestCase): boolean {
  return untyped(test).pending === true;
}

function untyped(test: TestCase): UntypedResult {
  return (runnerTask(test).result ?? {}) as UntypedResult;
}

function isCancelled(vitest: Vitest): boolean {
  return (vitest as Vitest & { isCancelling: boolean }).isCancelling;
}

function errorsOf(test: TestCase): readonly SpecError[] {
  return test.result().errors ?? [];
}

function strayErrorsOf(module: TestModule, vitest: Vitest): SpecError[] {
  const errors = vitest.state.getUnhandledErrors() as (SpecError & { VITEST_TEST_PATH?: string })[];
  return errors.filter((error) => error.VITEST_TEST_PATH === module.moduleId);
}
