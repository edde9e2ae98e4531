/** Licences of Python packages, from their metadata. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { REQUIREMENTS } from './fetched.ts';

/** Name and licence of each package; `pip inspect` leaves SPDX expressions out where pip is older than they are. */
const INSPECT = `
import importlib.metadata, json
packages = [package.metadata for package in importlib.metadata.distributions()]
print(json.dumps([[p["Name"], p["License-Expression"] or p["License"] or ""] for p in packages]))`;

/** What packages wrote before metadata had SPDX expressions. */
const spdx: Record<string, string> = { '3-Clause BSD License': 'BSD-3-Clause' };

/**
 * Installs the requirements in a folder of their own and returns the licence of each by its name.
 *
 * @throws Error if one of them needs a package, or a version of one, that is not there
 */
export async function licencesOfPythonPackages(): Promise<Map<string, string>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'licences-'));
  const pip = path.join(folder, 'bin/pip');
  try {
    await execa('python3', ['-m', 'venv', folder]);
    await execa(pip, ['install', '--quiet', '--no-deps', '--requirement', REQUIREMENTS]);
    await execa(pip, ['check']);
    const { stdout } = await execa(path.join(folder, 'bin/python'), ['-c', INSPECT]);
    const packages = JSON.parse(stdout) as [string, string][];
    return new Map(packages.map(([name, licence]) => [plainName(name), spdx[licence] ?? licence]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Python takes `typing_extensions` and `Typing-Extensions` for one. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
