/** All that the project and its lab fetch, as the files that pin it say; quick, and without a network. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { IMAGE_PACKAGES } from '../lab/build/root-file-systems.ts';
import { PYTHON_PACKAGES } from '../lab/clients/python.ts';
import { HOST_PACKAGES } from '../lab/packages.ts';
import { ZBCTL } from '../lab/zbctl.ts';
import { BROWSER_PACKAGES } from '../reports/report/browser.ts';
import { licenceIn } from './licence-files.ts';
import type { Fetched } from './listed.ts';

export const REQUIREMENTS = 'lab/clients/requirements.txt';
export const ZBCTL_FILE = 'lab/zbctl.ts';
export const LOCK_FILES = ['package-lock.json', 'lab/clients/package-lock.json'];
const GO_MOD_FILES = ['lab/hyperkube/go.mod', 'lab/engine/go.mod', 'worker/go.mod'];

interface Module {
  readonly Path: string;
  readonly Version: string;
}

/** Returns what is asked for, once for each file that asks; throws if a file is missing or not in its format. */
export async function listFetched(): Promise<Fetched[]> {
  const modules = await Promise.all(GO_MOD_FILES.map(inGoMod));
  const zbctl: Fetched = { kind: 'go', name: ZBCTL.module, version: ZBCTL.version, by: ZBCTL_FILE };
  return [...LOCK_FILES.flatMap(inLockFile), ...modules.flat(), zbctl, ...inRequirements(), ...ofDebian()];
}

/** The packages of a lock file, with the licences that they declare, or else carry where they are installed. */
export function inLockFile(by: string): (Fetched & { readonly version: string; readonly licence: string })[] {
  const { packages } = JSON.parse(readFileSync(by, 'utf8')) as {
    packages: Record<string, { version: string; name?: string; license?: string }>;
  };
  return Object.entries(packages)
    .filter(([folder]) => folder !== '')
    .map(([folder, { name, version, license }]) => ({
      kind: 'npm' as const,
      name: name ?? folder.split('node_modules/').at(-1) ?? folder,
      version,
      licence: license ?? licenceIn(path.join(path.dirname(by), folder)),
      by,
    }));
}

/** Since Go 1.17 go.mod names every module that a build of any package or test takes something from. */
async function inGoMod(by: string): Promise<Fetched[]> {
  const { stdout } = await execa('go', ['mod', 'edit', '-json', path.basename(by)], { cwd: path.dirname(by) });
  const { Require, Replace } = JSON.parse(stdout) as { Require: Module[]; Replace?: { Old: Module; New: Module }[] };
  const replacements = new Map(Replace?.map(({ Old, New }) => [Old.Path, New]));
  return Require.map((required) => {
    const { Path, Version } = replacements.get(required.Path) ?? required;
    return { kind: 'go', name: Path, version: Version, by };
  });
}

function inRequirements(): Fetched[] {
  const lines = readFileSync(REQUIREMENTS, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name, version] = /^([\w.-]+)==([\w.]+)$/.exec(line) ?? [];
    if (name === undefined || version === undefined)
      throw new Error(`${REQUIREMENTS} is expected to have lines like name==1.2.3, found "${line}": pin it.`);
    return { kind: 'pypi', name, version, by: REQUIREMENTS };
  });
}

function ofDebian(): Fetched[] {
  const by: Record<string, readonly string[]> = {
    'lab/clients/python.ts': PYTHON_PACKAGES,
    'lab/packages.ts': HOST_PACKAGES,
    'lab/build/root-file-systems.ts': IMAGE_PACKAGES,
    'reports/report/browser.ts': BROWSER_PACKAGES,
    ...Object.fromEntries(['.github/workflows/ci.yml', 'docs/run-on-your-own-cluster.md'].map(installsIn)),
  };
  return Object.entries(by).flatMap(([file, names]) => names.map((name) => ({ kind: 'debian', name, by: file })));
}

function installsIn(file: string): [string, string[]] {
  const commands = readFileSync(file, 'utf8').matchAll(/apt-get install((?: -\S+)*)((?: [a-z0-9][a-z0-9.+-]+)+)/g);
  return [file, [...new Set([...commands].flatMap(([, , names = '']) => names.trim().split(' ')))]];
}
