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
    // `() => resolve()` says what it does; braces around it would not say more
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    // the Kubernetes client types its plain data as classes that have no methods, and takes literals for them
    '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    '@typescript-eslint/no-misused-spread': [
      'error',
      {
        allow: [
          {
            from: 'package',
            package: '@kubernetes/client-node',
            name: ['V1Pod', 'V1ObjectMeta', 'V1Container'],
          },
        ],
      },
    ],
    // what was caught or what a signal gives as its reason is passed on as it is
    '@typescript-eslint/prefer-promise-reject-errors': [
      'error',
      { allowThrowingAny: true, allowThrowingUnknown: true },
    ],
    // vitest reads a fixture's dependencies from its destructured parameter, `({})` when there are none
    'no-empty-pattern': 'off',
  },
});
