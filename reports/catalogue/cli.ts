/** `npm run catalogue`: writes docs/experiments.md and the Roles; with `-- --check` it only says which is out of date, with `-- --list` what the spec files declare, as JSON. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { renderCatalogue, type Durations } from './render.ts';
import { renderRole, roles } from '../../helpers/faults/roles.ts';
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
  const [option, ...more] = args;
  if (more.length > 0 || (option !== undefined && !['--check', '--list'].includes(option)))
    throw new Error(
      `Nothing, --check or --list is expected after \`npm run catalogue --\`, found "${args.join(' ')}".`,
    );
  if (option === '--list') {
    console.log(JSON.stringify(await listExperiments(), undefined, 2));
    return;
  }
  const pages = [[CATALOGUE, await makeCatalogue()], ...roles.map((role) => [role.file, renderRole(role)])] as const;
  for (const [file = '', text = ''] of pages) {
    if (option === undefined) writeFileSync(file, text);
    else if (!existsSync(file) || readFileSync(file, 'utf8') !== text)
      throw new Error(
        `${path.relative('.', file)} is expected to say what the code declares, and does not: run \`npm run catalogue\`.`,
      );
  }
}

async function makeCatalogue(): Promise<string> {
  const markdown = renderCatalogue(await listExperiments(), readDurations());
  return format(markdown, { ...(await resolveConfig(CATALOGUE)), filepath: CATALOGUE });
}

function readDurations(): Durations {
  return existsSync(DURATIONS) ? (JSON.parse(readFileSync(DURATIONS, 'utf8')) as Durations) : {};
}
