/** Heavy builds, kept outside the checkout under a key made of everything that goes into them. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/** A short key from the contents of files, of all files below folders, and from plain strings given as `text:…`. */
export function contentKey(...inputs: string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs.flatMap(expand)) {
    hash.update(input.startsWith('text:') ? input : readFileSync(input));
    hash.update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function expand(input: string): string[] {
  if (input.startsWith('text:') || !statSync(input).isDirectory()) return [input];
  return readdirSync(input, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Returns the path of a build, making it first if the cache has none.
 *
 * `build` is handed a path next to the final one and the result is renamed in place, so that a killed build is never
 * taken for a finished one.
 */
export async function cached(folder: string, name: string, build: (target: string) => Promise<void>): Promise<string> {
  const target = path.join(folder, name);
  if (existsSync(target)) return target;
  const partial = `${target}.partial`;
  mkdirSync(folder, { recursive: true });
  rmSync(partial, { recursive: true, force: true });
  await build(partial);
  renameSync(partial, target);
  return target;
}
