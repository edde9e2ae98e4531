/** Finds out the licence of all that is fetched; needs a network, Go, Python, and on Debian the packages of the lab. */
import { inLockFile, listFetched, LOCK_FILES } from './fetched.ts';
import { factsOfDebianPackages } from './debian-packages.ts';
import { licencesOfModules, modulesOfZbctl, nameAndVersion } from './go-modules.ts';
import type { Fetched, Kind, Listed } from './listed.ts';
import { licencesOfPythonPackages, plainName } from './python-packages.ts';

const kinds: Kind[] = ['npm', 'go', 'pypi', 'debian'];

/** Returns a row for each version of each package, sorted; throws if a licence cannot be read. */
export async function collect(): Promise<Listed[]> {
  const fetched = [...(await listFetched()), ...(await modulesOfZbctl())];
  const of = (kind: Kind): Fetched[] => fetched.filter((one) => one.kind === kind);
  const npm = new Map(LOCK_FILES.flatMap(inLockFile).map((one) => [nameAndVersion(one), one.licence]));
  const go = await licencesOfModules(of('go'));
  const pypi = await licencesOfPythonPackages();
  const debian = await factsOfDebianPackages([...new Set(of('debian').map(({ name }) => name))]);

  const licences: Record<Kind, (one: Fetched) => string | undefined> = {
    npm: (one) => npm.get(nameAndVersion(one)),
    go: (one) => go.get(nameAndVersion(one)),
    pypi: ({ name }) => pypi.get(plainName(name)),
    debian: ({ name }) => debian.get(name)?.licence,
  };
  const rows = fetched.map((one) => {
    const { kind, name, version = debian.get(name)?.version ?? '', by } = one;
    return { kind, name, version, licence: licences[kind](one) ?? '', by: [by] };
  });
  return merged(rows).sort(
    (one, other) =>
      kinds.indexOf(one.kind) - kinds.indexOf(other.kind) ||
      compare(one.name, other.name) ||
      compare(one.version, other.version),
  );
}

function merged(rows: readonly Listed[]): Listed[] {
  const all = new Map<string, Listed>();
  for (const row of rows) {
    const key = JSON.stringify([row.kind, row.name, row.version]);
    const by = new Set([...(all.get(key)?.by ?? []), ...row.by]);
    all.set(key, { ...row, by: [...by].sort(compare) });
  }
  return [...all.values()];
}

/** The same everywhere, whatever the machine's language. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
