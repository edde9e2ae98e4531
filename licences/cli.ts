/** `npm run licences`: writes docs/licences.json and docs/licences.md; with `-- --check` it only says what is wrong. */
import { writeFileSync } from 'node:fs';
import { complaints } from './check.ts';
import { collect } from './collect.ts';
import { listFetched } from './fetched.ts';
import { readListed, writeListed } from './listed.ts';
import { PAGE, renderPage } from './render.ts';

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run(args: string[]): Promise<void> {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined)
    throw new Error(`Nothing or --check is expected after \`npm run licences --\`, found "${unknown}".`);
  const listed = args.length === 0 ? await collect() : readListed();
  // Before anything is written, so that a licence that is not open is not put on the page.
  const found = complaints(await listFetched(), listed);
  if (found.length > 0) throw new Error(found.join('\n'));
  if (args.length > 0) return;
  writeListed(listed);
  writeFileSync(PAGE, renderPage(listed));
}
