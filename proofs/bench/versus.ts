/** Something measured, beside the same done with other tools. */
import { median } from '../phases.ts';
import { spell } from '../../helpers/wait/deadline.ts';

export interface Versus {
  readonly what: string;
  /** Milliseconds, one for each repetition. */
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** What was used instead: `zbctl status`. */
  readonly instead: string;
}

/** Milliseconds that some work takes. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The medians as rows of a Markdown table. */
export function versusRows(measured: readonly Versus[]): string[] {
  const rows = measured.map(({ what, ours, theirs, instead }) => [
    what,
    spell(median(ours)),
    spell(median(theirs)),
    instead,
    String(ours.length),
  ]);
  const head = ['what', 'here', 'with other tools', 'which', 'repetitions'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
}
