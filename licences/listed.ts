/** What docs/licences.json holds: all that is fetched, each with its licence. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const DATA = path.resolve('docs/licences.json');

export type Kind = 'npm' | 'go' | 'pypi' | 'debian';

/** A package, as a file of this repository asks for it. */
export interface Fetched {
  readonly kind: Kind;
  readonly name: string;
  /** None for a Debian package: there Debian chooses it, and a security update changes it. */
  readonly version?: string;
  /** The file that names it. */
  readonly by: string;
}

export interface Listed {
  readonly kind: Kind;
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly licence: string;
  /** The files that name it, sorted. */
  readonly by: readonly string[];
}

/** Reads docs/licences.json; throws what reading a file throws. */
export function readListed(): Listed[] {
  return JSON.parse(readFileSync(DATA, 'utf8')) as Listed[];
}

/** Writes docs/licences.json, a row a line, so that a diff shows what came and went; throws what writing a file throws. */
export function writeListed(listed: readonly Listed[]): void {
  writeFileSync(DATA, `[\n${listed.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
}
