import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(globalIgnores(['reports/out/', 'reports/.mini-suites/']), {
  files: ['**/*.ts'],
  extends: [tseslint.configs.strictTypeChecked],
  languageOptions: { parserOptions: { projectService: true } },
  rules: {
    // a lift that nobody awaits is a fault left in the cluster
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    // vitest reads a fixture's dependencies from its destructured parameter, `({})` when there are none
    'no-empty-pattern': 'off',
  },
});
