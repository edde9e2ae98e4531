/** Allure's own reporter for vitest, with our verdicts. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { Stage, Status, type Attachment, type TestResult } from 'allure-js-commons';
import { ReporterRuntime, createDefaultWriter } from 'allure-js-commons/sdk/reporter';
import AllureVitestReporter, { type AllureVitestReporterConfig } from 'allure-vitest/reporter';
import {
  experimental_getRunnerTask as runnerTask,
  type TestModule,
  type TestSpecification,
  type Vitest,
} from 'vitest/node';
import type { Run } from '../helpers/run.ts';
import { experimentName } from '../helpers/verdict/experiment-name.ts';
import { labelsOf, parametersOf } from './labels.ts';
import { tell } from './story/tell.ts';
import { shareOf } from './story/share.ts';
import { storyOf, type Story } from './story/story.ts';
import { timelineOf } from './story/timeline.ts';
import { isFilteredOut, outcomeOf } from './spec-outcome.ts';
import { unfinished, verdictOf, type Verdict } from '../helpers/verdict/verdict.ts';

export interface AllureVerdictReporterOptions extends Omit<AllureVitestReporterConfig, 'resultsDir' | 'listeners'> {
  /** The vitest project whose spec files are experiments; no other test enters the report. */
  project?: string;
  resultsDir?: string;
}

interface Current {
  readonly verdict: Verdict;
  readonly results: string[];
  readonly module?: TestModule;
}

const statuses = {
  passed: Status.PASSED,
  failed: Status.FAILED,
  broken: Status.BROKEN,
  skipped: Status.SKIPPED,
};

/** Characters of diagnostics in the report of one experiment: one of ten that all went wrong stays below 8 MB. */
const DIAGNOSTICS = 150_000;

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
  #current: Current = { verdict: unfinished, results: [] };
  #timelines = new Map<TestModule, string>();
  #ended = new Set<TestModule>();
  #vitest!: Vitest;

  constructor({
    project = 'suites',
    resultsDir = 'reports/out/allure-results',
    ...config
  }: AllureVerdictReporterOptions = {}) {
    const beforeTestResultWrite = (result: TestResult): void => this.#stamp(result);
    const listeners = [{ beforeTestResultWrite }];
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

  async onTestModuleEnd(module: TestModule): Promise<void> {
    if (module.project.name !== this.#project) return;
    this.#ended.add(module);
    const timeline = await timelineOf(this.#storyOf(module));
    if (timeline !== undefined) this.#timelines.set(module, timeline);
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
    this.#current = { verdict, results: [], module };
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
    const { module, verdict: all } = this.#current;
    if (module) this.#tell(result, module, all);
    this.#current.results.push(`${result.uuid}-result.json`);
  }

  #tell(result: TestResult, module: TestModule, verdict: Verdict): void {
    const run = runOf(module);
    const story = this.#storyOf(module);
    const [test, another] = [...module.children.allTests()];
    const about = test?.meta().experiment;
    const name = experimentName(module.moduleId);
    // The same in a run in which the file did not load, and its test is not known by its title.
    if (!another) result.testCaseId = result.historyId = name;
    const timeline = this.#timelines.get(module);
    tell(result, story, { name, out: dirname(this.#resultsDir), verdict, about, timeline });
    result.labels.push(...labelsOf(name, about, verdict), { name: 'run', value: run?.id ?? '' });
    result.parameters.push(...parametersOf(story));
    if (timeline !== undefined) result.attachments.push(this.#attach('Timeline', 'image/svg+xml', 'svg', timeline));
    result.attachments.push(...this.#attachDiagnostics(story, run?.reports ?? ''));
  }

  /** The ends of what was collected; the whole stays beside the report. */
  #attachDiagnostics({ diagnostics }: Story, reports: string): Attachment[] {
    const texts = diagnostics.map(({ title, file }) => {
      const place = resolve(reports, file);
      return { title, place, text: readFileSync(place, 'utf8') };
    });
    const share = shareOf(
      texts.map(({ text }) => text.length),
      DIAGNOSTICS,
    );
    return texts.map(({ title, place, text }) => {
      const end = `The last ${share} of ${text.length} characters of ${place}:\n${text.slice(-share)}`;
      return this.#attach(`Diagnostics: ${title}`, 'text/plain', 'txt', text.length > share ? end : text);
    });
  }

  #attach(name: string, type: string, extension: string, content: string | Buffer): Attachment {
    const source = `${randomUUID()}-attachment.${extension}`;
    writeFileSync(resolve(this.#resultsDir, source), content);
    return { name, type, source };
  }

  #storyOf(module: TestModule): Story {
    const run = runOf(module);
    const journal = resolve(run?.reports ?? '', 'journal.jsonl');
    return storyOf(journal, run?.id ?? '', experimentName(module.moduleId));
  }

  #remove(results: string[] = []): void {
    for (const file of results) rmSync(resolve(this.#resultsDir, file), { force: true });
  }
}

/** Which cluster the file's tests worked on; undefined where there was no set-up for one. */
function runOf({ project }: TestModule): Run | undefined {
  return (project.getProvidedContext() as Partial<{ run: Run }>).run;
}
