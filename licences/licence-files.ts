/** Licences read from the files that a package carries. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { recognise } from './recognise.ts';

/** A licence of a package, in any of the ways its file is named; `LICENSE.docs` is not one, it is about prose. */
const licenceFile = /^(licen[cs]e|copying)(\.(txt|md|mit|libyaml))?$/i;

/**
 * Returns the SPDX expression of what is in a package's folder.
 *
 * @throws Error if there is no licence file, or one whose text is not known
 */
export function licenceIn(folder: string): string {
  const files = readdirSync(folder).filter((name) => licenceFile.test(name));
  if (files.length === 0) throw new Error(`${folder} is expected to have a licence file, and has none: do without it.`);
  const licences = files
    .map((name) => path.join(folder, name))
    .map((file) => recognise(file, readFileSync(file, 'utf8')));
  return [...new Set(licences.flatMap((licence) => licence.split(' AND ')))].join(' AND ');
}
