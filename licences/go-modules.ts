/** Licences of Go modules, read from the licence files that they carry. */
import path from 'node:path';
import { execa } from 'execa';
import { ZBCTL } from '../lab/zbctl.ts';
import { ZBCTL_FILE } from './fetched.ts';
import { licenceIn } from './licence-files.ts';
import type { Fetched } from './listed.ts';

/**
 * Fetches modules and returns the licence of each, by `name@version`.
 *
 * @throws Error if one has no licence file, or one whose text is not known
 */
export async function licencesOfModules(modules: readonly Fetched[]): Promise<Map<string, string>> {
  const folders = await download(modules.map(nameAndVersion));
  return new Map([...folders].map(([module, folder]) => [module, licenceIn(folder)]));
}

/** Returns the modules that zbctl is compiled from; it has no go.mod here. */
export async function modulesOfZbctl(): Promise<Fetched[]> {
  const folders = await download([`${ZBCTL.module}@${ZBCTL.version}`]);
  const [cwd = ''] = folders.values();
  const format = '{{with .Module}}{{if .Version}}{{.Path}} {{.Version}}{{end}}{{end}}';
  const args = ['list', '-mod=readonly', '-deps', '-f', format, `./${ZBCTL.program}`];
  const { stdout } = await execa('go', args, { cwd, env: { CGO_ENABLED: '0' } });
  return [...new Set(stdout.split('\n').filter(Boolean))].map((line) => {
    const [name = '', version = ''] = line.split(' ');
    return { kind: 'go', name, version, by: ZBCTL_FILE };
  });
}

/** Returns what Go and npm call a version of a package: `name@version`. */
export function nameAndVersion({ name, version = '' }: Fetched): string {
  return `${name}@${version}`;
}

async function download(modules: string[]): Promise<Map<string, string>> {
  const args = ['mod', 'download', '-json', ...new Set(modules)];
  const { stdout } = await execa('go', args, { cwd: path.parse(process.cwd()).root });
  const answers = JSON.parse(`[${stdout.replaceAll('}\n{', '},\n{')}]`) as {
    Path: string;
    Version: string;
    Dir: string;
  }[];
  return new Map(answers.map(({ Path, Version, Dir }) => [`${Path}@${Version}`, Dir]));
}
