import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { complaints } from './check.ts';
import { licenceIn } from './debian-packages.ts';
import { listFetched } from './fetched.ts';
import { readListed, type Fetched, type Listed } from './listed.ts';
import { isOpen } from './open.ts';
import { recognise } from './recognise.ts';
import { PAGE, renderPage } from './render.ts';

test('all that is fetched is listed and under an open licence', async () => {
  expect(complaints(await listFetched(), readListed())).toEqual([]);
});

test('docs/licences.md says what docs/licences.json holds', () => {
  expect(readFileSync(PAGE, 'utf8'), 'run `npm run licences`').toBe(renderPage(readListed()));
});

test.for([
  'go.mod',
  'package-lock.json',
  'requirements.txt',
  'packages.ts',
  'root-file-systems.ts',
  'zbctl.ts',
  'ci.yml',
])('something is listed from a %s', (file) => {
  expect(readListed().flatMap(({ by }) => by)).toContainEqual(expect.stringContaining(file));
});

describe('a complaint', () => {
  const fetched: Fetched = { kind: 'npm', name: 'ms', version: '2.1.3', by: 'package-lock.json' };
  const listed: Listed = { kind: 'npm', name: 'ms', version: '2.1.3', licence: 'MIT', by: ['package-lock.json'] };
  const unlisted =
    'docs/licences.json is expected to list the npm package ms 2.1.3, which package-lock.json names, and does not: run `npm run licences`.';

  test('is not made about what is listed', () => {
    expect(complaints([fetched], [listed])).toEqual([]);
  });

  test('is made about what is not listed', () => {
    expect(complaints([fetched], [])).toEqual([unlisted]);
  });

  test('is made about another version, and about the one that is listed in its place', () => {
    expect(complaints([fetched], [{ ...listed, version: '2.1.2' }])).toEqual([
      unlisted,
      'The npm package ms 2.1.2 is expected to be named in package-lock.json, and is not: run `npm run licences`.',
    ]);
  });

  test('is made about what another file names', () => {
    expect(complaints([fetched], [{ ...listed, by: ['lab/clients/package-lock.json'] }])).toContain(unlisted);
  });

  test('is made about a file that no longer names it', () => {
    expect(complaints([fetched], [{ ...listed, by: [...listed.by, 'lab/clients/package-lock.json'] }])).toEqual([
      'The npm package ms 2.1.3 is expected to be named in lab/clients/package-lock.json, and is not: run `npm run licences`.',
    ]);
  });

  test.for(['SSPL-1.0', 'BUSL-1.1', 'AGPL-3.0-only', 'GPL-2.0-only', 'UNLICENSED', 'SEE LICENSE IN LICENSE'])(
    'is made about %s',
    (licence) => {
      expect(complaints([fetched], [{ ...listed, licence }])).toEqual([
        `The npm package ms 2.1.3 is expected to be under one of the licences of licences/open.ts, found ${licence}: do without it.`,
      ]);
    },
  );

  test('is made about no licence', () => {
    expect(complaints([fetched], [{ ...listed, licence: '' }])).toEqual([expect.stringContaining('found none')]);
  });

  test('is not made about the version that Debian has by now', () => {
    const one: Fetched = { kind: 'debian', name: 'tini', by: 'lab/packages.ts' };
    expect(complaints([one], [{ ...one, version: '0.19.0-3', licence: 'MIT', by: [one.by] }])).toEqual([]);
  });
});

test.for([
  ['npm', '(BSD-3-Clause OR GPL-2.0)', true],
  ['npm', '(MIT OR Apache-2.0)', true],
  ['npm', 'MIT AND SSPL-1.0', false],
  ['npm', '(MIT AND (ISC OR SSPL-1.0))', false],
  ['go', 'Apache-2.0 AND MIT', true],
  ['go', 'GPL-2.0-only', false],
  ['debian', 'GPL-2.0-only', true],
  ['debian', 'AGPL-3.0-only', false],
] as const)('in %s, "%s" is open: %s', ([kind, expression, verdict]) => {
  expect(isOpen(kind, expression)).toBe(verdict);
});

describe('the text of a licence', () => {
  const apache = readFileSync('LICENSE', 'utf8');
  const mit = readFileSync('node_modules/execa/license', 'utf8');

  test('is recognised', () => {
    expect(recognise('LICENSE', apache)).toBe('Apache-2.0');
  });

  test('is recognised beside another', () => {
    expect(recognise('LICENSE', `${apache}\n${mit}`)).toBe('Apache-2.0 AND MIT');
  });

  test.for(['"Commons Clause" License Condition v1.0', 'You may not provide it to third parties as a service.'])(
    'is refused with: %s',
    (condition) => {
      expect(() => recognise('LICENSE', `${condition}\n${apache}`)).toThrow('LICENSE is expected to hold the text of');
    },
  );

  test('is refused where it is unknown', () => {
    expect(() => recognise('COPYING', 'Do as you are told.')).toThrow('found "do as you are told" beside none of them');
  });
});

describe("Debian's copyright file", () => {
  test('gives the licence of most of a package', () => {
    const text = 'Format: 1.0\n\nFiles: *\nLicense: Expat\n text\n\nFiles: debian/*\nLicense: GPL-2+\n';
    expect(licenceIn(text)).toBe('MIT');
  });

  test('gives all licences where none is that of most', () => {
    expect(licenceIn('Files: a\nLicense: GPL-2+\n\nFiles: b\nLicense: MPL-2.0\n')).toBe('GPL-2.0-or-later AND MPL-2.0');
  });

  test('gives the text that it refers to where it has no fields', () => {
    expect(licenceIn("the complete text is in `/usr/share/common-licenses/GPL-2'.\n")).toBe('GPL-2.0-only');
  });
});
