import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { benchResultOf } from './bench-result.ts';
import { junitOf } from './junit.ts';
import { categoryOf, labelsOf } from './labels.ts';
import { withoutAnalytics } from './report/make.ts';
import { runMiniSuite } from './mini-suite.ts';
import type { ExperimentResult } from './result.ts';
import { summaryOf } from './summary.ts';

const times = { startTime: 1_000, endTime: 3_500, durationMs: 2_500 };
const experiments: ExperimentResult[] = [
  { name: 'production-m/a', verdict: 'passed', reason: '', ...times },
  { name: 'production-m/b', verdict: 'failed', reason: 'a < b & "c"\nd | e', ...times },
  { name: 'production-m/c', verdict: 'broken', reason: 'x', cleanup: ['a route is left'], ...times },
  { name: 'production-m/d', verdict: 'skipped', reason: 'no CPU limit', ...times },
];

test('JUnit has a failure for what is refuted, an error for what is broken, and escapes what XML needs', () => {
  expect(junitOf(experiments)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="zeebe-chaos" tests="4" failures="1" errors="1" skipped="1" time="10.000">
    <testcase classname="production-m" name="a" time="2.500"/>
    <testcase classname="production-m" name="b" time="2.500"><failure message="a &lt; b &amp; &quot;c&quot;&#10;d | e"/></testcase>
    <testcase classname="production-m" name="c" time="2.500"><error message="x"/><system-err>a route is left</system-err></testcase>
    <testcase classname="production-m" name="d" time="2.500"><skipped message="no CPU limit"/></testcase>
  </testsuite>
</testsuites>
`);
});

test('the Markdown summary counts, lists, and says what could not be undone', () => {
  const summary = summaryOf(experiments);
  expect(summary).toContain('## Chaos experiments: 1 passed, 1 failed, 1 broken, 1 skipped');
  expect(summary).toContain('| ❌ failed | production-m/b | 2.5 s | a &lt; b & "c" d \\| e |');
  expect(summary).toContain('- production-m/c: a route is left');
});

describe('the result in the words of the test bench', () => {
  test('is failed where an experiment was refuted or broken, with each message and the time of the first', () => {
    expect(benchResultOf(experiments)).toEqual({
      testResult: 'FAILED',
      failureMessages: ['production-m/b (failed): a < b & "c"\nd | e', 'production-m/c (broken): x'],
      failureCount: 2,
      startTime: 1_000,
      endTime: 3_500,
      timeOfFirstFailure: 3_500,
    });
  });

  test.for([
    [['a', 'd'], 'PASSED'],
    [['d'], 'SKIPPED'],
    [[], 'SKIPPED'],
  ] as const)('of %s is %s', ([names, testResult]) => {
    const some = experiments.filter(({ name }) => (names as readonly string[]).includes(name.at(-1) ?? ''));
    expect(benchResultOf(some)).toMatchObject({ testResult, failureCount: 0, timeOfFirstFailure: null });
  });
});

describe('results.json', () => {
  const validate = new Ajv().compile(JSON.parse(readFileSync('docs/results.schema.json', 'utf8')) as object);

  test('keeps to its schema', { timeout: 30_000 }, async () => {
    const { summary } = await runMiniSuite({
      holds: `import { test } from 'vitest'; test('a claim', () => undefined);`,
      refuted: `import { expect, test } from 'vitest'; test('a claim', () => { expect(1).toBe(2); });`,
    });
    validate(summary);
    expect(validate.errors ?? []).toEqual([]);
    expect(summary?.experiments).toHaveLength(2);
  });

  test('of another shape is not valid', () => {
    expect(validate({ schemaVersion: 1, results: ['production-m/a'], counts: {}, experiments: [] })).toBe(false);
  });
});

test.for([
  ['passed', undefined, undefined],
  ['failed', undefined, 'claim refuted'],
  ['failed', ['a route is left'], 'claim refuted'],
  ['broken', undefined, 'experiment invalid'],
  ['broken', ['a route is left'], 'cleanup trouble'],
  ['skipped', undefined, 'precondition not met'],
] as const)('%s with cleanup %s is of category %s', ([verdict, cleanup, category]) => {
  const of = { verdict, reason: 'why', ...(cleanup && { cleanup: [...cleanup] }) };
  expect(categoryOf(of)).toBe(category);
  const labels = labelsOf('production-m/a', undefined, of).filter(({ name }) => name === 'category');
  expect(labels).toEqual(category === undefined ? [] : [{ name: 'category', value: category }]);
});

test('the page is made without the analytics that Allure embeds, or not at all', () => {
  const tag = '<script async src="https://www.googletagmanager.com/gtag/js?id=G-X"></script>';
  const setUp = '<script>window.dataLayer = []; function gtag(){}</script>';
  expect(withoutAnalytics(`<p>a</p>${tag}${setUp}<script>keep()</script>`)).toBe('<p>a</p><script>keep()</script>');
  expect(() => withoutAnalytics('<img src="https://google-analytics.com/x">')).toThrow('names Google still');
});
