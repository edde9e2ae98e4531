/** Gives each experiment its verdict, whatever ends the run. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Reporter, SerializedError, TestModule, TestSpecification, Vitest } from 'vitest/node';
import { experimentName } from '../helpers/verdict/experiment-name.ts';
import { benchResultOf } from './bench-result.ts';
import { aboutControl } from './control-meaning.ts';
import { aboutEngines, engineSeen } from './engine-seen.ts';
import { junitOf } from './junit.ts';
import type { ExperimentResult } from './result.ts';
import { controlOf, isFilteredOut, outcomeOf } from './spec-outcome.ts';
import { summaryOf } from './summary.ts';
import { unfinished, verdictOf, type Verdict, type VerdictClass } from '../helpers/verdict/verdict.ts';

export interface VerdictReporterOptions {
  /** The vitest project whose spec files are experiments. */
  project?: string;
  outputDir?: string;
}

/** Gives each experiment its verdict when its file ends, on the terminal and in `results.json`. */
export default class VerdictReporter implements Reporter {
  /** What tells it from other reporters, where a run is asked whether it has this one. */
  readonly givesVerdicts = true;
  readonly #project: string;
  readonly #outputDir: string;
  readonly #results = new Map<string, ExperimentResult>();
  readonly #ended = new Set<TestModule>();
  #vitest!: Vitest;

  constructor({ project = 'suites', outputDir = 'reports/out' }: VerdictReporterOptions = {}) {
    this.#project = project;
    this.#outputDir = resolve(outputDir);
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    const selected = specifications.filter(({ project }) => project.name === this.#project);
    if (selected.length === 0) return;
    this.#results.clear();
    this.#ended.clear();
    rmSync(join(this.#outputDir, 'results'), { recursive: true, force: true });
    for (const { moduleId } of selected) this.#record(moduleId, { ...unfinished, reason: 'unfinished: never started' });
    this.#writeSummary([...this.#results.values()], []);
  }

  onTestModuleQueued(module: TestModule): void {
    if (module.project.name !== this.#project) return;
    this.#results.delete(module.moduleId);
    this.#record(module.moduleId, unfinished);
    this.#writeSummary([...this.#results.values()], []);
  }

  onTestModuleEnd(module: TestModule): void {
    if (module.project.name !== this.#project) return;
    this.#ended.add(module);
    if (isFilteredOut(module, this.#vitest)) this.#forget(module.moduleId);
    else this.#record(module.moduleId, verdictOf(outcomeOf(module, this.#vitest)));
    // Whatever becomes of the rest of the run.
    this.#writeSummary([...this.#results.values()], []);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    // vitest ends with 0 where --changed or --passWithNoTests leaves nothing to run.
    const mayBeExpected = modules.length === 0 && this.#vitest.projects.some(({ name }) => name === this.#project);
    if (this.#results.size === 0 && this.#ended.size === 0 && !mayBeExpected) return;
    this.#reconsider();
    const results = [...this.#results.values()];
    this.#writeSummary(results, errors);
    this.#vitest.logger.log(table(results, this.#aboutControl()));
    // vitest itself ends with 0 when no test ran
    if (results.length === 0 || results.some(({ verdict }) => verdict === 'failed' || verdict === 'broken')) {
      process.exitCode = 1;
    }
  }

  /** Whether a control run ended as it must, which its verdicts alone do not say. */
  #aboutControl(): string[] {
    return [...this.#ended].flatMap((module) => {
      const result = this.#results.get(module.moduleId);
      const [declared] = [...module.children.allTests()].flatMap((test) => test.meta().experiment ?? []);
      return result ? aboutControl(controlOf(module), { ...result, declared }) : [];
    });
  }

  // an error nobody awaited may arrive after its file has ended
  #reconsider(): void {
    for (const module of this.#ended) {
      const before = this.#results.get(module.moduleId);
      const after = verdictOf(outcomeOf(module, this.#vitest));
      if (before && (before.verdict !== after.verdict || before.reason !== after.reason)) {
        this.#record(module.moduleId, after);
      }
    }
  }

  #record(specPath: string, verdict: Verdict): void {
    const name = experimentName(specPath);
    const startTime = this.#results.get(specPath)?.startTime ?? Date.now();
    const endTime = Date.now();
    const engine = engineSeen(join(this.#outputDir, 'journal.jsonl'), name, startTime);
    const about = engine === undefined ? {} : { engine };
    const result = { name, ...about, ...verdict, startTime, endTime, durationMs: endTime - startTime };
    this.#results.set(specPath, result);
    writeJson(this.#resultPath(name), result);
  }

  #forget(specPath: string): void {
    this.#results.delete(specPath);
    rmSync(this.#resultPath(experimentName(specPath)), { force: true });
  }

  #resultPath(name: string): string {
    return join(this.#outputDir, 'results', `${name.replace('/', '-')}.json`);
  }

  #writeSummary(experiments: ExperimentResult[], errors: readonly SerializedError[]): void {
    writeJson(join(this.#outputDir, 'results.json'), {
      schemaVersion: 1,
      results: completed(experiments),
      counts: countsOf(experiments),
      ...benchResultOf(experiments),
      experiments,
      strayErrors: errors.map(({ message }) => message),
    });
    writeText(join(this.#outputDir, 'junit.xml'), junitOf(experiments));
    writeText(join(this.#outputDir, 'summary.md'), summaryOf(experiments));
  }
}

/** In the words of Zeebe's test bench. */
function completed(experiments: ExperimentResult[]): string[] {
  return experiments.filter(({ verdict }) => verdict === 'passed').map(({ name }) => `${name} completed successfully`);
}

function countsOf(experiments: ExperimentResult[]): Record<VerdictClass, number> {
  const counts = { passed: 0, failed: 0, broken: 0, skipped: 0 };
  for (const { verdict } of experiments) counts[verdict] += 1;
  return counts;
}

function table(experiments: ExperimentResult[], control: string[]): string {
  if (experiments.length === 0) return '\n No experiment ran: what the command line asks for selects none.\n';
  const width = Math.max(...experiments.map(({ name }) => name.length));
  const rows = experiments.map(({ name, verdict, durationMs, reason }) => {
    const seconds = `${(durationMs / 1000).toFixed(1)} s`;
    return ` ${verdict.padEnd(8)} ${name.padEnd(width)} ${seconds.padStart(9)}  ${reason.split('\n')[0] ?? ''}`.trimEnd();
  });
  const counts = Object.entries(countsOf(experiments)).map(([verdict, count]) => `${count} ${verdict}`);
  const results = JSON.stringify({ results: completed(experiments) });
  const engines = aboutEngines(experiments.map(({ engine }) => engine)).map((sentence) => ` ${sentence}`);
  return [
    '',
    ' Verdicts',
    ...rows,
    ` ${counts.join(', ')}`,
    ...control.map((c) => ` ${c}`),
    ...engines,
    '',
    results,
    '',
  ].join('\n');
}

// a reader, or a kill in the middle, never sees half a file
function writeText(path: string, text: string): void {
  mkdirSync(resolve(path, '..'), { recursive: true });
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}

function writeJson(path: string, value: unknown): void {
  writeText(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
