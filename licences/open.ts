/** The licences that are taken for open. What is not here is not fetched. */
import type { Kind } from './listed.ts';

/** For what is imported or compiled in. The first line is the usual; a copyleft that would reach this project is not here. */
const forModules = [
  ...['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC'],
  // Public domain, or as good as.
  ...['0BSD', 'Unlicense'],
  // Permissive, approved by the OSI; written by lawyers to replace the MIT licence.
  'BlueOak-1.0.0',
  // Python's own, permissive and approved by the OSI: for what is taken from its standard library.
  ...['Python-2.0', 'PSF-2.0'],
  // Copyleft file by file: it reaches changes of its own files, and none is changed here.
  'MPL-2.0',
];

/**
 * For Debian's packages as well: programs that run beside this project as Debian built them, so that no copyleft of
 * theirs reaches it. Each is free by Debian's guidelines, since it is in `main`.
 */
const forPrograms = [
  ...['GPL-2.0-only', 'GPL-2.0-or-later', 'LGPL-2.1-or-later'],
  'GPL-2.0-only WITH Classpath-exception-2.0',
  // A font's: free to use, change and share, not to be sold alone.
  'Bitstream-Vera',
];

/** Tells whether an SPDX expression can be met with open licences alone; one that is not understood cannot. */
export function isOpen(kind: Kind, expression: string): boolean {
  const open = kind === 'debian' ? [...forModules, ...forPrograms] : forModules;
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  const isListed = (licence: string): boolean => open.includes(licence);
  return plain.includes(' OR ') ? plain.split(' OR ').some(isListed) : plain.split(' AND ').every(isListed);
}
