/** The table of kills. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { spell } from '../../helpers/wait/deadline.ts';
import { writePage } from '../record.ts';
import { ROUNDS_A_CHECK } from './plan.ts';
import type { Batch, Round } from './batch.ts';

const TABLE = path.resolve('docs/proofs/kills.md');

export interface Judged extends Batch {
  /** Whether the engine has a planted defect that is to be found. */
  readonly planted: boolean;
  /** What was checked out. */
  readonly commit: string;
}

/** Writes all that is known so far; returns the table's path. */
export async function writeTable(done: readonly Judged[]): Promise<string> {
  const sound = done.filter((batch) => !batch.planted);
  const planted = done.filter((batch) => batch.planted);
  const markdown = `# Kills at random moments

Written by \`npm run proof -- kills\` on three brokers and three partitions of the lab's engine, on loopback, with clients at
work. In each round brokers are killed with SIGKILL at a random moment, all of a round at once, and started again on what
they have on disk; segments and snapshots are small and frequent, so that kills meet their making, too. A round's seed
brings its choices again. After every ${ROUNDS_A_CHECK} rounds all that was created is completed, the last kill amid that, and the history
of what clients were told is checked: nothing acknowledged lost, nothing completed twice or active after its completion, no
key given twice. The verdict stands at the last round of a check, and is about all of its rounds.

_Whole after_ is the time from the kill until every broker was ready and the topology complete; _longest gap_ the longest
time without an instance on one of the partitions, until the next kill. Acknowledged, rejected and unknown are creations and
completions from this kill to the next one.

${section(sound)}

## A build that acknowledges before its log is on disk

The same with a build that keeps each append in memory for 200 ms and acknowledges at once (a build tag; nothing else
runs it, and its version says so). All brokers are killed at once: first as the load ends, since a cluster that has lost
an instance gives its key to the next, and then amid the completions. The check must find both losses, of instances and
of completions, or the proof fails. (SIGKILL leaves the kernel's cache: a build that only leaves out the sync would lose
nothing here.)

${section(planted)}
`;
  mkdirSync(path.dirname(TABLE), { recursive: true });
  await writePage(TABLE, markdown);
  return path.relative('.', TABLE);
}

function section(batches: readonly Judged[]): string {
  if (batches.length === 0) return 'Not run yet.';
  const engines = [...new Set(batches.map(({ engine, commit }) => `\`${engine}\` at commit ${commit}`))].join('; ');
  const head = [
    'round',
    'seed',
    'killed',
    'while clients are',
    'away',
    'whole after',
    'acknowledged',
    'rejected',
    'unknown',
  ];
  const rows = batches.flatMap((batch) =>
    batch.rounds.map((round) => [...cells(round), round === batch.rounds.at(-1) ? judge(batch) : '']),
  );
  const table = [[...head, 'longest gap', 'verdict'], [...head, '', ''].map(() => '---'), ...rows];
  return `${engines}.\n\n${table.map((row) => `| ${row.join(' | ')} |`).join('\n')}`;
}

function cells(round: Round): (string | number)[] {
  const { seed, brokers, moment, afterMs, downMs, wholeAfterMs, longestGapMs } = round;
  const killed = `${brokers.length > 1 ? 'brokers' : 'broker'} ${brokers.join(', ')} after ${spell(afterMs)}`;
  return [
    ...[round.round, seed, killed, moment, downMs === 0 ? 'not at all' : spell(downMs), spell(wholeAfterMs)],
    ...[round.acknowledged, round.rejected, round.unknown, longestGapMs === undefined ? '–' : spell(longestGapMs)],
  ];
}

/** What the check after a round's batch said, in a line. */
export function judge({ wrong }: Batch): string {
  return wrong.length === 0 ? 'all kept' : wrong.join(' ').replaceAll('|', '\\|');
}
