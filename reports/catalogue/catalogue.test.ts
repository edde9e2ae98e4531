import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { experimentName } from '../../helpers/verdict/experiment-name.ts';
import { seconds } from '../../helpers/wait/deadline.ts';

const files = ['production-m', 'extra'].flatMap((folder) =>
  readdirSync(`suites/${folder}`).map((file) => `suites/${folder}/${file}`),
);
const others = ['production-s', 'production-l'].flatMap((plan) =>
  readdirSync(path.join('suites', plan)).map((file) => path.join('suites', plan, file)),
);

// In a process of its own: collecting starts a vitest, and this is one.
test('docs/experiments.md says what the spec files declare', { timeout: 90 * seconds }, async () => {
  const { exitCode, all } = await execa('npx', ['tsx', 'reports/catalogue/cli.ts', '--check'], {
    all: true,
    reject: false,
  });
  expect(exitCode, all).toBe(0);
});

test.for(files)('docs/experiments.md has %s', (file) => {
  const headings = readFileSync('docs/experiments.md', 'utf8').split('\n');
  expect(headings).toContain(`## ${experimentName(path.resolve(file))}`);
});

test.for(others)('%s is the experiment of production-m', (file) => {
  expect(readFileSync(file, 'utf8')).toBe(`import '../production-m/${path.basename(file)}';\n`);
  expect(files).toContain(`suites/production-m/${path.basename(file)}`);
});
