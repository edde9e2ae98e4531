/** Proves that nothing is left behind, in every cell of the matrix. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { allCells, ends, faultNames, moments, nameOf, type Cell } from './leftovers/cells.ts';
import { judgeCell } from './leftovers/judge-cell.ts';
import type { Cluster } from '../helpers/cluster/cluster.ts';
import { untilSteady } from '../helpers/cluster/steady.ts';
import { minutes } from '../helpers/wait/deadline.ts';
import { openOwnCluster } from './own-cluster.ts';
import { addToRecord, checkedOut, readRecord, writePage } from './record.ts';

interface Judged {
  readonly cell: string;
  readonly wrong: readonly string[];
  /** Whole seconds. */
  readonly goneAfter: number;
  /** What was checked out. */
  readonly commit: string;
}

/** Kept with the table: the whole matrix takes longer than one may have one machine. */
const RECORD = path.resolve('docs/proofs/leftovers.jsonl');
const OUTPUTS = path.resolve('reports/out/proofs/leftovers');
const TABLE = path.resolve('docs/proofs/leftovers.md');

/**
 * Ends a run in every cell of the matrix and goes on where an earlier, interrupted proof stopped; throws if a cell left
 * anything. Cells that were not clean are tried anew when the proof is called again; a finished, clean one begins anew.
 */
export async function proveLeftovers(): Promise<void> {
  if (allCells.every((cell) => isClean(judged().get(nameOf(cell))))) rmSync(RECORD, { force: true });
  // The faults whose cells are quickest first: an interrupted proof has then seen every way to end a run.
  const todo = faultNames.flatMap((fault) =>
    allCells.filter((cell) => cell.fault === fault && !isClean(judged().get(nameOf(cell)))),
  );
  const { cluster } = await openOwnCluster('leftovers');
  try {
    for (const [n, cell] of todo.entries()) {
      const start = performance.now();
      const result = await judge(cluster, cell);
      addToRecord(RECORD, result);
      await writeTable();
      const verdict = isClean(result) ? 'nothing left' : result.wrong.join(' ');
      const took = Math.round((performance.now() - start) / 1000);
      console.log(`cell ${n + 1} of ${todo.length}: ${result.cell}: ${verdict} (${took} s)`);
    }
  } finally {
    await cluster.close();
  }
  const unclean = allCells.map(nameOf).filter((name) => !isClean(judged().get(name)));
  if (unclean.length > 0)
    throw new Error(`${unclean.length} of ${allCells.length} cells were not clean: ${unclean.join('; ')}.`);
  console.log(
    `${allCells.length} of ${allCells.length} cells left nothing; the table is in ${path.relative('.', TABLE)}.`,
  );
}

async function judge(cluster: Cluster, cell: Cell): Promise<Judged> {
  await untilSteady(cluster, { within: 2 * minutes });
  const { wrong, goneAfter, output } = await judgeCell(cluster, cell);
  mkdirSync(OUTPUTS, { recursive: true });
  if (wrong.length > 0) writeFileSync(path.join(OUTPUTS, `${nameOf(cell)}.log`), output);
  const commit = await checkedOut();
  return { cell: nameOf(cell), wrong, goneAfter: Math.round(goneAfter / 1000), commit };
}

/** The last judgement of each cell. */
function judged(): Map<string, Judged> {
  return new Map(readRecord<Judged>(RECORD).map((one) => [one.cell, one]));
}

function isClean(one: Judged | undefined): boolean {
  return one?.wrong.length === 0;
}

async function writeTable(): Promise<void> {
  const done = judged();
  const clean = allCells.filter((cell) => isClean(done.get(nameOf(cell)))).length;
  const ran = [...done.values()].map(({ commit }) => commit);
  const commits = [...new Set(ran)].map((one) => `${one}: ${ran.filter((other) => other === one).length}`).join(', ');
  const rows = ends.flatMap((end) =>
    faultNames.map((fault) => {
      const answers = moments.map((moment) => inWords(done.get(nameOf({ end, fault, moment }))));
      return `| ${end} | ${fault} | ${answers.join(' | ')} |`;
    }),
  );
  const markdown = `# Leftovers

Written by \`npm run proof -- leftovers\`: ${clean} of ${allCells.length} cells left nothing behind. In each, a run with one
fault was ended by a real signal to a real process, or by its own spec, at that moment of the fault's life. Then there was
no route, no stress process, no file put aside, no entry in the ledger, no Lease and no running tool container; the verdict
was _broken_, or _passed_ where the lift was faster than what was to end it; and the cluster was steady again. The
figure is the time from the end of the run's processes until nothing was left, where that was more than a look's own time.
An empty cell has not run. Commits, with the cells that ran on each: ${commits}.

| ended by | fault | ${moments.join(' | ')} |
| --- | --- | ${moments.map(() => '---').join(' | ')} |
${rows.join('\n')}
`;
  await writePage(TABLE, markdown);
}

function inWords(one: Judged | undefined): string {
  if (!one) return '';
  if (!isClean(one)) return `left: ${one.wrong.join(' ')}`;
  return one.goneAfter > 3 ? `nothing after ${one.goneAfter} s` : 'nothing';
}
