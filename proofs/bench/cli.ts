/** `npm run bench [-- repetitions]`: what asking, cutting and noticing take on the lab that is up. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSettings } from '../../helpers/settings.ts';
import { openBenchLab } from './bench-lab.ts';
import { cuts } from './cuts.ts';
import { lateness } from './lateness.ts';
import { readinessQuestion, topologyQuestion } from './questions.ts';
import { versusRows, type Versus } from './versus.ts';

const TABLE = path.resolve('docs/proofs/bench.md');
/** A gateway's stop and start takes a while each time. */
const AT_MOST_GATEWAYS = 5;

const [wanted = '10'] = process.argv.slice(2);
try {
  const repetitions = Number(wanted);
  if (!Number.isInteger(repetitions) || repetitions < 1)
    throw new Error(`A number of repetitions is expected after \`npm run bench --\`, found "${wanted}".`);
  await bench(repetitions);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function bench(repetitions: number): Promise<void> {
  const lab = await openBenchLab(readSettings());
  const measured: Versus[] = [];
  const measure = async (title: string, work: () => Promise<Versus | Versus[]>): Promise<void> => {
    console.log(`${title} …`);
    measured.push(...[await work()].flat());
  };
  try {
    await measure('Asking for the topology', () => topologyQuestion(lab, repetitions));
    await measure('Asking whether all is ready', () => readinessQuestion(lab, repetitions));
    await measure('Cutting leaders off from each other', () => cuts(lab, repetitions));
    await measure('Noticing a steady cluster', () => lateness(lab, Math.min(repetitions, AT_MOST_GATEWAYS)));
  } finally {
    await lab.close();
  }
  const rows = versusRows(measured);
  writeFileSync(TABLE, page(rows));
  console.log(`\n${rows.join('\n')}\n\nThe table is in ${path.relative('.', TABLE)}.`);
}

function page(rows: readonly string[]): string {
  return `# What asking, cutting and noticing take

Written by \`npm run bench\` on the lab. Medians; tool containers are in place, as they are for all but the first fault of a
test. Where the time of whole experiments goes is in [the suite's proof](suite.md).

${rows.join('\n')}
`;
}
