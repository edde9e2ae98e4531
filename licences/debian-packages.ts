/** Versions and licences of Debian packages, as Debian 13 has them in its area `main`. */
import { mkdtempSync, readdirSync, rmSync, chmodSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

/** Debian's short names; where it has SPDX's own, nothing is to be said. */
const spdx: Record<string, string> = {
  Expat: 'MIT',
  'BSD-3-clause': 'BSD-3-Clause',
  'GPL-2': 'GPL-2.0-only',
  'GPL-2+': 'GPL-2.0-or-later',
  'LGPL-2.1+': 'LGPL-2.1-or-later',
  'GPL2 with Classpath exception': 'GPL-2.0-only WITH Classpath-exception-2.0',
  'bitstream-vera': 'Bitstream-Vera',
};

/** What a person reads in the copyright files that are prose. */
const prose: Record<string, string> = { python3: 'PSF-2.0' };

/** Fetches packages with nothing of theirs run and returns version and licence of each by its name. */
export async function factsOfDebianPackages(
  names: readonly string[],
): Promise<Map<string, { version: string; licence: string }>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'licences-'));
  // apt downloads as a user of its own.
  chmodSync(folder, 0o777);
  try {
    const download = `cd '${folder}' && APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get download ${names.join(' ')}`;
    const options = ['--variant=custom', '--format=null', '--components=main', `--customize-hook=${download}`];
    await execa('mmdebstrap', [...options, 'trixie', '-']);
    const files = readdirSync(folder).map((name) => path.join(folder, name));
    return new Map(
      await Promise.all(files.map(async (file) => [await fieldOf(file, 'Package'), await factsOf(file)] as const)),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function factsOf(file: string): Promise<{ version: string; licence: string }> {
  const command =
    'dpkg-deb --fsys-tarfile "$1" | tar -xO --wildcards --no-wildcards-match-slash "./usr/share/doc/*/copyright"';
  const source = await documented(file);
  const { stdout } = await execa('sh', ['-c', command, 'sh', source]);
  const licence = prose[await fieldOf(source, 'Package')] ?? licenceIn(stdout);
  return { version: await fieldOf(file, 'Version'), licence };
}

/** The package whose documents are those of a package: another one beside it where its own folder is a link to that. */
async function documented(file: string): Promise<string> {
  const { stdout } = await execa('dpkg-deb', ['--contents', file]);
  const other = /\.\/usr\/share\/doc\/\S+ -> ([a-z0-9.+-]+)$/m.exec(stdout)?.[1];
  if (other === undefined) return file;
  const folder = path.dirname(file);
  const found = readdirSync(folder).find((name) => name.startsWith(`${other}_`));
  if (found === undefined)
    throw new Error(`${path.basename(file)} has its licence in ${other}, which is expected to be listed beside it.`);
  return path.join(folder, found);
}

async function fieldOf(file: string, field: string): Promise<string> {
  return (await execa('dpkg-deb', ['--field', file, field])).stdout;
}

/** Returns what most of a package is under: `Files: *`, else all that is there, else the text of Debian that it refers to. */
export function licenceIn(copyright: string): string {
  const stanzas = copyright.split(/\n\s*\n/).filter((stanza) => stanza.startsWith('Files:'));
  const most = stanzas.filter((stanza) => /^Files:\s+\*\s/.test(stanza));
  const names = (most.length > 0 ? most : stanzas).map(
    (stanza) => /^License:\s*(.*)$/m.exec(stanza)?.[1]?.trim() ?? '',
  );
  const referred = /\/usr\/share\/common-licenses\/([\w.+-]*\w)/.exec(copyright)?.[1] ?? '';
  return [...new Set(stanzas.length > 0 ? names : [referred])].map((name) => spdx[name] ?? name).join(' AND ');
}
