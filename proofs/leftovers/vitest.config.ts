/** Runs the one spec that the leftovers tests end in every way there is; apart, since it is no experiment. */
import { defineConfig } from 'vitest/config';
import { reportsFolder } from '../../helpers/settings.ts';
import AllureVerdictReporter from '../../reports/allure-reporter.ts';
import VerdictReporter from '../../reports/verdict-reporter.ts';
import { onCluster } from '../../vitest.config.ts';

const out = reportsFolder();

export default defineConfig({
  test: {
    watch: false,
    reporters: [
      'default',
      new VerdictReporter({ outputDir: out }),
      new AllureVerdictReporter({ resultsDir: `${out}/allure-results` }),
    ],
    projects: [{ test: { ...onCluster, name: 'suites', include: ['proofs/leftovers/victim.spec.ts'] } }],
  },
});
