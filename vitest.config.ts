/** The projects, unit tests, tests on a cluster, those that cover, long ones and experiments, and what reports on them. */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { reportsFolder } from './helpers/settings.ts';
import AllureVerdictReporter from './reports/allure-reporter.ts';
import VerdictReporter from './reports/verdict-reporter.ts';

const minutes = 60_000;
const out = reportsFolder();

// Spread into each project instead of `extends: true`, which makes vitest 4 run a global set-up once a project.
const shared = {
  environment: 'node',
  pool: 'forks' as const,
  retry: 0,
  // whole: what a red test on another machine found is all there is to learn from it
  chaiConfig: { truncateThreshold: 0 },
  // allure-vitest wraps every matcher; vitest honours this in a project only, though its types have it at the root
  onStackTrace: (_error: unknown, { file }: { file: string }) => !file.includes('/allure-vitest/'),
};

export const onCluster = {
  ...shared,
  fileParallelism: false,
  testTimeout: 5 * minutes,
  hookTimeout: 15 * minutes,
  globalSetup: ['fixtures/global-setup.ts'],
  setupFiles: ['fixtures/worker-signals.ts'],
};

/** For tests of the framework, which do to the lab whatever they like. */
const onLab = { ...onCluster, setupFiles: [...onCluster.setupFiles, 'proofs/whole-lab.ts'] };

/** Those of them that are in `npm test`: one for each kind of fault or of end that no other covers (docs/testing.md). */
export const covering = [
  'proofs/leftovers/ended-runs',
  'proofs/leftovers/outages',
  'fixtures/quorum-guard',
  'helpers/cluster/steady',
  'helpers/faults/disconnect/disconnect',
  'helpers/kubernetes/port-forward',
  'helpers/kubernetes/tool-container',
  'lab/life-cycle',
  'lab/standard-tools',
].map((name) => `${name}.cluster.test.ts`);

// Orders start at 1: vitest runs a project with `fileParallelism: false` and order 0 after all others.
export default defineConfig({
  test: {
    watch: false,
    reporters: [
      'default',
      'json',
      new VerdictReporter({ outputDir: out }),
      new AllureVerdictReporter({ resultsDir: `${out}/allure-results` }),
    ],
    outputFile: { json: `${out}/tests.json` },
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['{doctor,helpers,fixtures,lab,licences,proofs,reports,testbench}/**/*.test.ts'],
          exclude: ['**/*.cluster.test.ts', '**/*.long.test.ts', 'reports/.mini-suites/**'],
          sequence: { groupOrder: 1 },
          // vitest's default leaves one processor idle, on a machine with two half of them.
          maxWorkers: availableParallelism(),
        },
      },
      { test: { ...onLab, name: 'covering', include: covering, sequence: { groupOrder: 2 } } },
      {
        test: {
          ...onLab,
          name: 'cluster',
          include: ['{doctor,helpers,fixtures,lab,proofs,testbench,reports}/**/*.cluster.test.ts'],
          sequence: { groupOrder: 2 },
        },
      },
      // For `npm run proof -- long`.
      {
        test: {
          ...onLab,
          name: 'long',
          include: ['{helpers,fixtures,lab,proofs,testbench,reports}/**/*.long.test.ts'],
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: { ...onCluster, name: 'suites', include: ['suites/**/*.test.ts'], sequence: { groupOrder: 3 } },
      },
    ],
  },
});
