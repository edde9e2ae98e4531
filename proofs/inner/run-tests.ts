/** Runs a file of the framework's own tests in a vitest of its own. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';

/** How one test ended. */
export interface Tested {
  readonly test: string;
  readonly status: string;
  readonly seconds: number;
  /** The first line of why, where it is red. */
  readonly why?: string;
}

/**
 * Runs a test file of a project and returns how each of its tests ended; what it said is kept as `<file>.log` in `reports`.
 *
 * @throws Error with what vitest said if no test ran
 */
export async function runTests(project: string, file: string, reports: string): Promise<Tested[]> {
  mkdirSync(reports, { recursive: true });
  const report = path.join(reports, 'tests.json');
  rmSync(report, { force: true });
  const args = ['vitest', 'run', '--project', project, file];
  const { all, exitCode } = await execa('npx', args, { env: { CHAOS_REPORTS: reports }, all: true, reject: false });
  writeFileSync(path.join(reports, `${path.basename(file)}.log`), all);
  const tests = existsSync(report) ? testsIn(report) : [];
  if (tests.length === 0) throw new Error(`Tests are expected to run in ${file}, and none did:\n${all}`);
  // A hook after the last test, or an error that nobody awaited.
  if (exitCode !== 0 && tests.every(isPassed))
    return [...tests, { test: file, status: `exit code ${exitCode} without a red test`, seconds: 0 }];
  return tests;
}

/** What vitest's own report has of a test. */
interface Reported {
  readonly fullName: string;
  readonly status: string;
  readonly duration?: number;
  readonly failureMessages?: readonly string[];
}

function testsIn(report: string): Tested[] {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { assertionResults: Reported[] }[];
  };
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .map(({ fullName, status, duration = 0, failureMessages = [] }) => {
      const why = failureMessages[0]?.split('\n')[0];
      return { test: fullName, status, seconds: Math.round(duration / 1000), ...(why === undefined ? {} : { why }) };
    });
}

/** Whether it is green. */
export function isPassed({ status }: Tested): boolean {
  return status === 'passed';
}
