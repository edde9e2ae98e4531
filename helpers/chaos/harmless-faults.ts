/** What the tests of a box of faults put into it. */
import { setTimeout as delay } from 'node:timers/promises';
import { Journal } from '../journal.ts';
import type { Leftover } from '../ledger/ledger.ts';
import type { Control } from '../settings.ts';
import { FaultWithoutEffect } from '../verdict/errors.ts';
import type { ExperimentRecord } from '../verdict/experiment-record.ts';
import type { Fault } from './fault.ts';
import { FaultBox } from './fault-box.ts';

/** Milliseconds that a faulty fault's undo may take. */
const UNDO_WITHIN = 1_000;

/** A box with the story of what it did, and faults that harm nothing but a set of names. */
export function box(control: Control = 'none') {
  const test = new AbortController();
  const story: string[] = [];
  const harmed = new Set<string>();
  const faulty = (title: string, other: Partial<Fault> = {}): Fault => {
    const step = (name: keyof Fault, work: () => void = () => undefined) => {
      return async () => {
        story.push(`${name} ${title}`);
        await delay(1);
        work();
        return { [title]: harmed.has(title) ? 'harmed' : 'whole' };
      };
    };
    const must = (harm: boolean) => () => {
      if (harmed.has(title) !== harm)
        throw new FaultWithoutEffect(`${title} is expected to be ${harm ? '' : 'un'}harmed.`);
    };
    return {
      title,
      kind: 'harm',
      targets: [],
      takes: [],
      atMost: 60_000,
      undoWithin: UNDO_WITHIN,
      record: () => ({ title }),
      check: step('check') as () => Promise<never>,
      prepare: step('prepare') as () => Promise<never>,
      inject: step('inject', () => harmed.add(title)) as () => Promise<never>,
      prove: step('prove', must(true)),
      undo: step('undo', () => harmed.delete(title)) as () => Promise<never>,
      proveGone: step('proveGone', must(false)),
      ...other,
    };
  };
  const silent = new Journal(undefined, {}, () => undefined);
  const entries: Leftover[] = [];
  const ledger = {
    enter: async (leftover: Leftover) => {
      await delay(1);
      entries.push(leftover);
      return {
        close: async () => {
          await delay(1);
          entries.splice(entries.indexOf(leftover), 1);
        },
      };
    },
  };
  const record: Pick<ExperimentRecord, 'faults'> = { faults: [] };
  const box = new FaultBox({ journal: silent, ledger, signal: test.signal, record }, control);
  return { box, faulty, story, harmed, test, entries, record };
}
