/** `npm run catalogue`: writes docs/experiments.md; with `-- --check` it only says whether that is out of date. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { renderCatalogue, type Durations } from './render.ts';
import { listExperiments } from './specs.ts';

const CATALOGUE = path.resolve('docs/experiments.md');
const DURATIONS = path.resolve('docs/proofs/durations.json');

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run(args: string[]): Promise<void> {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined)
    throw new Error(`Nothing or --check is expected after \`npm run catalogue --\`, found "${unknown}".`);
  const catalogue = await makeCatalogue();
  if (args.length === 0) writeFileSync(CATALOGUE, catalogue);
  else if (!existsSync(CATALOGUE) || readFileSync(CATALOGUE, 'utf8') !== catalogue)
    throw new Error(
      'docs/experiments.md is expected to say what the spec files declare, and does not: run `npm run catalogue`.',
    );
}

async function makeCatalogue(): Promise<string> {
  const markdown = renderCatalogue(await listExperiments(), readDurations());
  return format(markdown, { ...(await resolveConfig(CATALOGUE)), filepath: CATALOGUE });
}

function readDurations(): Durations {
  return existsSync(DURATIONS) ? (JSON.parse(readFileSync(DURATIONS, 'utf8')) as Durations) : {};
}
