/** The record of a proof: a line of JSON for each thing that was done, from which an interrupted proof goes on. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { format, resolveConfig } from 'prettier';

/** What stands in it; nothing if there is none. */
export function readRecord<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as T);
}

export function addToRecord(file: string, done: object): void {
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(done)}\n`);
}

/** The commit that is checked out, as a proof's table names it. */
export async function checkedOut(): Promise<string> {
  const { stdout } = await execa('git', ['rev-parse', '--short', 'HEAD']);
  return stdout;
}

/** Writes a proof's page as `npm run format` would have it. */
export async function writePage(file: string, markdown: string): Promise<void> {
  writeFileSync(file, await format(markdown, { ...(await resolveConfig(file)), filepath: file }));
}
