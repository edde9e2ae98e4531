/** Makes docs/licences.md of docs/licences.json. */
import path from 'node:path';
import type { Kind, Listed } from './listed.ts';

export const PAGE = path.resolve('docs/licences.md');

const sections: Record<Kind, { title: string; about: string }> = {
  npm: {
    title: 'npm packages',
    about: `What \`npm ci\` installs, those for other platforms included, and what the tests of \`@camunda8/sdk\` install.
      The licence is the one that the package declares.`,
  },
  go: {
    title: 'Go modules',
    about: `What Kubernetes, the engine, the job worker and zbctl are compiled from, with a few that only a build for
      another platform would take. The licence is the one whose text the module carries. Go's standard library
      (BSD-3-Clause) comes with the Go of the host.`,
  },
  pypi: {
    title: 'Python packages',
    about: 'What the test of pyzeebe installs; nothing else, since it installs without dependencies.',
  },
  debian: {
    title: 'Debian packages',
    about: `What is named here, by Debian's package names. They and what they depend on are from \`main\`, all of which is free
      by Debian's guidelines; the images are made from no other area. Debian chooses the version: shown is that of
      Debian 13 when this page was made. The licence is that of most of the package, and its
      \`/usr/share/doc/<name>/copyright\` has the whole. Java is installed only for a release that you bring.`,
  },
};

/** Returns the page; its tables are not aligned, so that a new row changes no other. */
export function renderPage(listed: readonly Listed[]): string {
  const kinds = Object.keys(sections) as Kind[];
  return `<!-- Written by \`npm run licences\`; do not edit. -->

# Licences

What zeebe-chaos and its lab fetch, ${listed.length} packages in all, each under an open licence.
[open.ts](../licences/open.ts) has the list of those and says why. The unit tests fail on what is fetched and not listed
here, and on a licence that is not on that list.

Node, Go and Python are the host's. Zeebe is not here: nothing fetches it.

${kinds
  .map((kind) =>
    renderSection(
      kind,
      listed.filter((row) => row.kind === kind),
    ),
  )
  .join('\n')}`;
}

function renderSection(kind: Kind, rows: readonly Listed[]): string {
  const { title, about } = sections[kind];
  const counts = new Map<string, number>();
  for (const { licence } of rows) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const summary = [...counts].sort(([, one], [, other]) => other - one).map((count) => count.join(' '));
  return `## ${title}

${about.replaceAll(/\s+/g, ' ')}

${rows.length}: ${summary.join(', ')}.

| name | version | licence | named in |
| --- | --- | --- | --- |
${rows.map(({ name, version, licence, by }) => `| ${name} | ${version} | ${licence} | ${by.join(', ')} |`).join('\n')}
`;
}
