import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorOf, docsLinkOf } from './docs-link.ts';

const NAME = 'production-m/leader-terminate';
const section = 'docs/experiments.md#production-mleader-terminate';

describe('the link to the docs of an experiment', () => {
  test.for([
    ['on GitHub', { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'a/b', GITHUB_SHA: 'c1' }],
    ['on GitLab', { CI_PROJECT_URL: 'https://gitlab.com/a/b', CI_COMMIT_SHA: 'c1' }],
  ])('leads %s to the commit that ran', ([, env]) => {
    expect(docsLinkOf(NAME, 'reports/out', env as NodeJS.ProcessEnv)).toMatch(
      new RegExp(`^https://git(hub|lab)\\.com/a/b/(-/)?blob/c1/${section}$`),
    );
  });

  test('leads from the page into the checkout without a pipeline', () => {
    expect(docsLinkOf(NAME, path.resolve('reports/out'), {})).toBe(`../../../${section}`);
  });

  test('finds a heading in the catalogue for every experiment', () => {
    const headings = [...readFileSync('docs/experiments.md', 'utf8').matchAll(/^## (.+)$/gm)].map(
      ([, text = '']) => text,
    );
    const anchors = headings.map(anchorOf);
    const specs = readdirSync('suites/production-m').map((file) => `production-m/${path.basename(file, '.test.ts')}`);
    expect(specs).toHaveLength(10);
    for (const name of specs) expect(anchors).toContain(docsLinkOf(name, '.', {}).split('#')[1]);
  });
});
