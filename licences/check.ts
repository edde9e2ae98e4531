/** Compares what is fetched with what is listed. */
import type { Fetched, Kind, Listed } from './listed.ts';
import { isOpen } from './open.ts';

const nouns: Record<Kind, string> = {
  npm: 'npm package',
  go: 'Go module',
  pypi: 'Python package',
  debian: 'Debian package',
};

/** Returns a sentence for each that is fetched and not listed, listed and not fetched, or not under an open licence. */
export function complaints(fetched: readonly Fetched[], listed: readonly Listed[]): string[] {
  const asked = new Set(fetched.map(keyOf));
  const named = new Set(listed.flatMap((row) => row.by.map((by) => keyOf({ ...row, by }))));
  return [
    ...fetched
      .filter((one) => !named.has(keyOf(one)))
      .map(
        (one) =>
          `docs/licences.json is expected to list the ${titleOf(one)}, which ${one.by} names, and does not: run \`npm run licences\`.`,
      ),
    ...listed.flatMap((row) =>
      row.by
        .filter((by) => !isImplied(by) && !asked.has(keyOf({ ...row, by })))
        .map((by) => `The ${titleOf(row)} is expected to be named in ${by}, and is not: run \`npm run licences\`.`),
    ),
    ...listed
      .filter((row) => !isOpen(row.kind, row.licence))
      .map(
        (row) =>
          `The ${titleOf(row)} is expected to be under one of the licences of licences/open.ts, found ${row.licence || 'none'}: do without it.`,
      ),
  ];
}

/** The modules of zbctl are in no file of this repository; they follow from its version, which is. */
function isImplied(by: string): boolean {
  return by === 'lab/zbctl.ts';
}

function keyOf({ kind, name, version, by }: Fetched): string {
  return JSON.stringify([kind, name, kind === 'debian' ? '' : version, by]);
}

function titleOf({ kind, name, version }: Pick<Fetched, 'kind' | 'name' | 'version'>): string {
  return [nouns[kind], name, version].filter(Boolean).join(' ');
}
