/** What became of an experiment; the words are Allure's statuses. */
export type VerdictClass = 'passed' | 'failed' | 'broken' | 'skipped';

export interface Verdict {
  verdict: VerdictClass;
  reason: string;
  /** What could not be undone, in a sentence each; absent where nothing was left. */
  cleanup?: string[];
}

/** An error as it reaches a reporter: a plain object, its class lost on the way from the worker. */
export interface SpecError {
  name?: string | undefined;
  message: string;
  // the only trace that distinguishes a failed expect.extend matcher (name 'Error') from any other error
  __vitest_error_context__?: unknown;
}

/** What happened in one spec file, by the phase in which it happened. */
export interface SpecOutcome {
  finished: boolean;
  importErrors: SpecError[];
  beforeErrors: SpecError[];
  bodyErrors: SpecError[];
  afterErrors: SpecError[];
  /** Errors nobody awaited: unhandled rejections and uncaught exceptions of the file's worker. */
  strayErrors: SpecError[];
  testsRun: number;
  /** One entry for each test that skipped itself while running. */
  skipReasons: string[];
  /** The tests that did not run because the spec file itself says so. */
  leftOut: string[];
  /** What a passed experiment must have lived through, and the records of these tests do not have. */
  notLived: string[];
}

export const unfinished: Verdict = { verdict: 'broken', reason: 'unfinished' };

/** Gives the verdict on a finished or interrupted spec file. */
export function verdictOf(all: SpecOutcome): Verdict {
  const cleanup = cleanupOf(all);
  const spec = withoutCleanup(all);
  const verdict = whyUnfinished(spec) ??
    whyInvalid(spec) ??
    whyRefuted(spec, cleanup.length > 0) ??
    reported('broken', cleanup) ??
    whySkipped(spec) ??
    reported('broken', spec.notLived) ?? { verdict: 'passed', reason: '' };
  return cleanup.length > 0 ? { ...verdict, cleanup } : verdict;
}

function cleanupOf({ bodyErrors, afterErrors }: SpecOutcome): string[] {
  return [...new Set([...bodyErrors, ...afterErrors].filter(isCleanup).map(({ message }) => message))];
}

function withoutCleanup(spec: SpecOutcome): SpecOutcome {
  const others = (errors: SpecError[]) => errors.filter((error) => !isCleanup(error));
  return { ...spec, bodyErrors: others(spec.bodyErrors), afterErrors: others(spec.afterErrors) };
}

function isCleanup({ name }: SpecError): boolean {
  return name === 'CleanupTrouble';
}

function whyUnfinished(spec: SpecOutcome): Verdict | undefined {
  if (spec.finished) return undefined;
  const [error] = [...spec.importErrors, ...spec.beforeErrors, ...spec.bodyErrors, ...spec.afterErrors];
  return error ? { ...unfinished, reason: `unfinished: ${sentence(error)}` } : unfinished;
}

function whyInvalid(spec: SpecOutcome): Verdict | undefined {
  const invalid = [
    ...spec.importErrors.map((error) => `the spec file did not load: ${sentence(error)}`),
    ...spec.beforeErrors.map((error) => `before the experiment: ${sentence(error)}`),
    ...spec.bodyErrors.filter(isTrouble).map(sentence),
    ...spec.afterErrors.filter(isTrouble).map((error) => `after the experiment: ${sentence(error)}`),
    ...spec.strayErrors.map((error) => `an error nobody awaited: ${sentence(error)}`),
  ];
  if (invalid.length === 0 && spec.testsRun === 0 && spec.skipReasons.length === 0) {
    invalid.push('expected at least one test to run, and none did: remove .skip and .only, and check the spec file');
  }
  if (invalid.length === 0 && spec.leftOut.length > 0)
    invalid.push(
      `expected every test of the spec file to run, and these did not: ${spec.leftOut.join(', ')}; remove .skip and .only`,
    );
  return reported('broken', invalid);
}

// a cluster that is not steady because a fault could not be undone refutes nothing
function whyRefuted(spec: SpecOutcome, unclean: boolean): Verdict | undefined {
  return reported('failed', [
    ...spec.bodyErrors.map(sentence),
    ...(unclean ? [] : spec.afterErrors.map((error) => `after the experiment: ${sentence(error)}`)),
  ]);
}

// one skipped test is enough: passed says that every claim of the file held
function whySkipped(spec: SpecOutcome): Verdict | undefined {
  return reported('skipped', spec.skipReasons);
}

function reported(verdict: VerdictClass, reasons: string[]): Verdict | undefined {
  // vitest 4 calls a test fixture's cleanup once more after it threw, and so reports its error twice
  const [first, ...others] = new Set(reasons);
  if (first === undefined) return undefined;
  return { verdict, reason: others.length === 0 ? first : `${first} (and ${others.length} more)` };
}

function isTrouble(error: SpecError): boolean {
  return error.name !== 'AssertionError' && error.__vitest_error_context__ === undefined;
}

function sentence({ name, message }: SpecError): string {
  const anonymous = name === undefined || name === 'Error' || name === 'AssertionError';
  return anonymous ? message : `${name}: ${message}`;
}
