import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Stage, Status, type TestResult } from 'allure-js-commons';
import { ReporterRuntime, createDefaultWriter } from 'allure-js-commons/sdk/reporter';
import AllureVitestReporter, { type AllureVitestReporterConfig } from 'allure-vitest/reporter';
import {
  experimental_getRunnerTask as runnerTask,
  type TestModule,
  type TestSpecification,
  type Vitest,
} from 'vitest/node';
import { experimentName, isFilteredOut, outcomeOf } from './spec-outcome.ts';
import { unfinished, verdictOf, type Verdict } from './verdict.ts';

export interface AllureVerdictReporterOptions extends Omit<AllureVitestReporterConfig, 'resultsDir' | 'listeners'> {
  /** The vitest project whose spec files are experiments; no other test enters the report. */
  project?: string;
  resultsDir?: string;
}

const statuses = {
  passed: Status.PASSED,
  failed: Status.FAILED,
  broken: Status.BROKEN,
  skipped: Status.SKIPPED,
};

/**
 * Writes Allure results with the verdict of the spec file as status, each as soon as it is known.
 *
 * allure-vitest writes everything at the end of the run, judges a test without its hooks, and has no option for
 * either; `handleTask` is not documented API, therefore its version is pinned and tests cover each verdict.
 */
export default class AllureVerdictReporter extends AllureVitestReporter {
  readonly #project: string;
  readonly #resultsDir: string;
  readonly #written = new Map<string, { verdict: Verdict; results: string[] }>();
  readonly #runtime: ReporterRuntime;
  #current: { verdict: Verdict; results: string[] } = { verdict: unfinished, results: [] };
  #ended = new Set<TestModule>();
  #vitest!: Vitest;

  constructor({
    project = 'suites',
    resultsDir = 'reports/out/allure-results',
    ...config
  }: AllureVerdictReporterOptions = {}) {
    const listeners = [
      {
        beforeTestResultWrite: (result: TestResult) => {
          this.#stamp(result);
        },
      },
    ];
    super({ reportMatchers: false, ...config, resultsDir, listeners });
    this.#project = project;
    this.#resultsDir = resolve(resultsDir);
    this.#runtime = new ReporterRuntime({ writer: createDefaultWriter({ resultsDir }), listeners });
  }

  override onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    super.onInit(vitest);
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    if (!specifications.some(({ project }) => project.name === this.#project)) return;
    this.#written.clear();
    this.#ended.clear();
    mkdirSync(this.#resultsDir, { recursive: true });
    const stale = readdirSync(this.#resultsDir).filter((file) => /-(result|container|attachment|globals)\b/.test(file));
    for (const file of stale) rmSync(resolve(this.#resultsDir, file));
  }

  onTestModuleQueued(module: TestModule): void {
    if (module.project.name === this.#project) this.#replace(module, unfinished);
  }

  // from now on the tests are known, and the provisional results carry the identity of the final ones
  onTestModuleCollected(module: TestModule): void {
    if (module.project.name === this.#project) this.#replace(module, unfinished);
  }

  onTestModuleEnd(module: TestModule): void {
    if (module.project.name !== this.#project) return;
    this.#ended.add(module);
    if (isFilteredOut(module, this.#vitest)) this.#remove(this.#written.get(module.moduleId)?.results);
    else this.#replace(module, verdictOf(outcomeOf(module, this.#vitest)));
  }

  override onTestRunEnd(): void {
    for (const module of this.#ended) {
      const verdict = verdictOf(outcomeOf(module, this.#vitest));
      const before = this.#written.get(module.moduleId)?.verdict;
      const changed = before?.verdict !== verdict.verdict || before.reason !== verdict.reason;
      if (changed && !isFilteredOut(module, this.#vitest)) this.#replace(module, verdict);
    }
    super.onTestRunEnd([]);
  }

  #replace(module: TestModule, verdict: Verdict): void {
    const previous = this.#written.get(module.moduleId)?.results;
    this.#current = { verdict, results: [] };
    for (const test of module.children.allTests()) this.handleTask(runnerTask(test));
    if (this.#current.results.length === 0) this.#writeForFile(module);
    this.#written.set(module.moduleId, this.#current);
    this.#remove(previous);
  }

  // a file that has not been loaded, or never could be, has no test to write a result for
  #writeForFile(module: TestModule): void {
    const name = experimentName(module.moduleId);
    const uuid = this.#runtime.startTest({ name, fullName: relative(process.cwd(), module.moduleId) });
    this.#runtime.stopTest(uuid);
    this.#runtime.writeTest(uuid);
  }

  #stamp(result: TestResult): void {
    const { verdict, reason } = this.#current.verdict;
    result.status = statuses[verdict];
    result.stage = Stage.FINISHED;
    result.statusDetails = reason === '' ? {} : { ...result.statusDetails, message: reason };
    this.#current.results.push(`${result.uuid}-result.json`);
  }

  #remove(results: string[] = []): void {
    for (const file of results) rmSync(resolve(this.#resultsDir, file), { force: true });
  }
}
