import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Journal } from '../journal.ts';
import type { Leftover } from '../ledger/ledger.ts';
import type { Control } from '../settings.ts';
import { CleanupTrouble, ExperimentInvalid, FaultWithoutEffect } from '../verdict/errors.ts';
import type { Fault } from './fault.ts';
import { FaultBox } from './fault-box.ts';

const UNDO_WITHIN = 200;

/** A box with the story of what it did, and faults that harm nothing but a set of names. */
function box(control: Control = 'none') {
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
  const box = new FaultBox({ journal: silent, ledger, signal: test.signal }, control);
  return { box, faulty, story, harmed, test, entries };
}

test('a box whose experiment has passed must be empty, except in a control run', async () => {
  const { box: b, faulty } = box();
  const cut = await b.inject(faulty('cut'));
  expect(() => b.mustBeEmpty()).toThrow(ExperimentInvalid);
  expect(() => b.mustBeEmpty()).toThrow(
    'The experiment is expected to lift "cut", which proves that it held to the end, and has not.',
  );
  await cut.lift();
  expect(() => b.mustBeEmpty()).not.toThrow();

  const { box: refuted, faulty: other } = box('refuted');
  await refuted.inject(other('cut'));
  expect(() => refuted.mustBeEmpty()).not.toThrow();
});

test('a box whose experiment has passed must have proven a fault of every kind declared, except in a control run', async () => {
  const { box: b, faulty } = box();
  expect(() => b.mustHaveProven(['harm'])).toThrow(ExperimentInvalid);
  await (await b.inject(faulty('cut'))).lift();
  expect(() => b.mustHaveProven(['harm'])).not.toThrow();
  expect(() => b.mustHaveProven(['harm', 'terminate'])).toThrow(
    'The experiment is expected to inject what it declares, and has not: terminate.',
  );
  expect(() => box('refuted').box.mustHaveProven(['harm'])).not.toThrow();
});

test('a fault counts as holding from the moment that it is asked for', async () => {
  const { box: b, faulty } = box();
  const [one, other] = [faulty('one'), faulty('other')];
  const entering = [b.inject(one), b.inject(other)];
  expect(b.holding).toEqual([one, other]);
  await Promise.all(entering);
  expect(b.holding).toHaveLength(2);

  const refused = b.inject({ ...faulty('refused'), check: () => Promise.reject(new ExperimentInvalid('no')) });
  await expect(refused).rejects.toThrow('no');
  expect(b.holding).toHaveLength(2);
});

describe('a fault', () => {
  test('is refused or put in, proven, proven again before it is lifted, and proven gone', async () => {
    const { box: b, faulty, story, harmed } = box();

    const cut = await b.inject(faulty('cut'));
    expect(cut.evidence).toEqual({ cut: 'harmed' });
    expect(story).toEqual(['check cut', 'prepare cut', 'inject cut', 'prove cut']);

    await cut.lift();
    expect(story.slice(4)).toEqual(['prove cut', 'undo cut', 'proveGone cut']);
    expect(harmed).toEqual(new Set());
  });

  test('stands in the ledger, with what undoes it, from before it goes in until it is proven gone', async () => {
    const { box: b, faulty, entries } = box();
    const seen: Record<string, number> = {};
    const fault = faulty('cut');
    const looking = (step: 'inject' | 'proveGone') => ({
      [step]: () => {
        seen[step] = entries.length;
        return fault[step]();
      },
    });

    const cut = await b.inject({ ...fault, ...looking('inject'), ...looking('proveGone') });
    expect(entries).toEqual([{ kind: 'harm', title: 'cut', targets: [], undo: { title: 'cut' } }]);
    await cut.lift();

    expect(seen).toEqual({ inject: 1, proveGone: 1 });
    expect(entries).toEqual([]);
  });

  test.for(['prove', 'undo', 'proveGone'] as const)(
    'whose %s cannot look for a while is lifted later',
    async (step) => {
      const { box: b, faulty, harmed } = box();
      const fault = faulty('cut');
      let away = 0;
      const cut = await b.inject({
        ...fault,
        undoWithin: 5_000,
        [step]: () => (away-- > 0 ? Promise.reject(new Error('the API server is away')) : fault[step]()),
      });
      away = 2;
      await cut.lift();
      expect(harmed).toEqual(new Set());
    },
  );

  test('that is lifted stays lifted: neither a second lift nor the end of the test touches it', async () => {
    const { box: b, faulty, story } = box();
    const cut = await b.inject(faulty('cut'));
    await cut.lift();
    const told = story.length;

    await cut.lift();
    await b.undoAll();

    expect(story).toHaveLength(told);
  });

  test('is held from its proof to its lift', async () => {
    const { box: b, faulty } = box();
    const cut = await b.inject(faulty('cut'));
    await delay(30);
    const before = cut.held;
    await cut.lift();
    const lifted = cut.held;
    await delay(20);

    expect(before).toBeGreaterThanOrEqual(28);
    expect(lifted).toBeGreaterThanOrEqual(before);
    expect(cut.held).toBe(lifted);
  });

  test('that is nonsense is refused before anything is touched', async () => {
    const { box: b, faulty, story } = box();
    const nonsense = new ExperimentInvalid('Two different brokers are expected.');

    await expect(b.inject(faulty('cut', { check: () => Promise.reject(nonsense) }))).rejects.toBe(nonsense);
    await b.undoAll();

    expect(story).toEqual([]);
  });

  test.for(['inject', 'prove'] as const)('whose %s fails is taken out by the end of the test', async (step) => {
    const { box: b, faulty, harmed } = box();
    const fault = faulty('cut');
    const failing = {
      [step]: async () => {
        await fault.inject();
        throw new FaultWithoutEffect('no effect');
      },
    };

    await expect(b.inject({ ...fault, ...failing })).rejects.toThrow(new FaultWithoutEffect('no effect'));
    expect(harmed).toEqual(new Set(['cut']));

    await b.undoAll();
    expect(harmed).toEqual(new Set());
  });

  test('whose effect was gone before its lift makes the lift fail, and is undone all the same', async () => {
    const { box: b, faulty, story, harmed } = box();
    const cut = await b.inject(faulty('cut'));
    harmed.clear();

    await expect(cut.lift()).rejects.toThrow(new FaultWithoutEffect('cut is expected to be harmed.'));
    await b.undoAll();

    expect(story.slice(-2)).toEqual(['undo cut', 'proveGone cut']);
  });

  test('that was held for longer than its own limit proves nothing any more', async () => {
    const { box: b, faulty } = box();
    const cut = await b.inject(faulty('cut', { atMost: 20 }));
    await delay(40);

    await expect(cut.lift()).rejects.toThrow(/^cut was held for \d+ ms, longer than its own limit of 20 ms\.$/);
    await expect(cut.lift()).rejects.toBeInstanceOf(ExperimentInvalid);
  });
});

describe('at the end of a test', () => {
  test('faults are undone last in, first out', async () => {
    const { box: b, faulty, story } = box();
    for (const title of ['cut', 'stress', 'kill']) await b.inject(faulty(title));
    story.length = 0;

    await b.undoAll();

    expect(story).toEqual(['kill', 'stress', 'cut'].flatMap((title) => [`undo ${title}`, `proveGone ${title}`]));
  });

  test('an undo that fails or hangs stops none of the others, and every error is told', async () => {
    const { box: b, faulty, harmed, entries } = box();
    await b.inject(faulty('cut'));
    await b.inject(faulty('hang', { undo: () => new Promise(() => undefined) }));
    await b.inject(faulty('loss', { undo: () => Promise.reject(new Error('the pod is gone')) }));
    await b.inject(faulty('stay', { undo: () => Promise.resolve() }));

    const error = await b.undoAll().catch((e: unknown) => e);

    expect(error).toBeInstanceOf(CleanupTrouble);
    expect((error as Error).message).toMatch(
      /^Undoing faults failed: FaultWithoutEffect: stay is expected to be unharmed.; Error: Undoing "loss" was expected to succeed within \d+ ms; \d+ attempts, last error: the pod is gone; Error: Undoing "hang" was expected to succeed within \d+ ms; 1 attempt, last error: none, there was no answer$/,
    );
    expect(harmed).not.toContain('cut');
    expect(entries.map(({ title }) => title)).toEqual(['hang', 'loss', 'stay']);
  });

  test('an inject that is still under way is let finish, or it would come after its own undo', async () => {
    const { box: b, faulty, harmed } = box();
    const fault = faulty('cut');
    const slow = async () => {
      await delay(50);
      await fault.inject();
    };
    const injecting = b.inject({ ...fault, inject: slow }).catch(() => undefined);
    await delay(10);

    await b.undoAll();
    await injecting;

    expect(harmed).toEqual(new Set());
  });

  test('an inject that never ends is not waited for beyond half of the bound', async () => {
    const { box: b, faulty, story, entries } = box();
    void b.inject(faulty('cut', { inject: () => new Promise(() => undefined) }));
    await delay(10);

    await b.undoAll();

    expect(story).toEqual(['check cut', 'prepare cut', 'undo cut', 'proveGone cut']);
    expect(entries.map(({ title }) => title)).toEqual(['cut']);
  });

  test('a fault that was still being prepared does not go in any more', async () => {
    const { box: b, faulty, story, harmed } = box();
    const injecting = b.inject(faulty('cut', { prepare: () => b.undoAll() }));

    await expect(injecting).rejects.toThrow('The test is over');
    expect(story).toEqual(['check cut']);
    expect(harmed).toEqual(new Set());
  });

  test('a lift that is still under way and the undo take the fault out once', async () => {
    const { box: b, faulty, story } = box();
    const fault = faulty('cut');
    const slow = async () => {
      await delay(30);
      await fault.undo();
    };
    const cut = await b.inject({ ...fault, undo: slow });
    const lifting = cut.lift();
    await delay(15);

    await Promise.all([lifting, b.undoAll()]);

    expect(story.filter((s) => s === 'undo cut')).toHaveLength(1);
  });
});

describe('after the test was aborted', () => {
  const why = new Error('the test timed out');

  test('nothing is begun any more', async () => {
    const { box: b, faulty, story, test } = box();
    test.abort(why);

    await expect(b.inject(faulty('cut'))).rejects.toBe(why);
    expect(story).toEqual([]);
  });

  test('nothing is put in any more, also where the fault was already being checked', async () => {
    const { box: b, faulty, story, test } = box();
    const injecting = b.inject(faulty('cut'));
    test.abort(why);

    await expect(injecting).rejects.toBe(why);
    expect(story).toEqual(['check cut']);
  });

  test('nothing is put in any more, also where the fault was being written into the ledger', async () => {
    const { box: b, faulty, story, test, entries } = box();
    const cut = faulty('cut');
    const abort = () => {
      test.abort(why);
      return 'cut';
    };

    await expect(b.inject({ ...cut, record: abort })).rejects.toBe(why);
    await b.undoAll();
    expect(story).toEqual(['check cut', 'prepare cut', 'undo cut', 'proveGone cut']);
    expect(entries).toEqual([]);
  });

  test('what holds is undone all the same', async () => {
    const { box: b, faulty, harmed, test } = box();
    await b.inject(faulty('cut'));
    test.abort(why);

    await b.undoAll();
    expect(harmed).toEqual(new Set());
  });
});

describe('a control run', () => {
  test('without effect leaves the fault out, and still asks for its proof', async () => {
    const { box: b, faulty, story } = box('no-effect');

    await expect(b.inject(faulty('cut'))).rejects.toThrow(new FaultWithoutEffect('cut is expected to be harmed.'));
    expect(story).toEqual(['check cut', 'prepare cut', 'prove cut']);
  });

  test.for([
    ['none', 0],
    ['no-effect', 0],
    ['refuted', 1],
  ] as const)('of kind %s runs the refuter %d times', async ([control, times]) => {
    let ran = 0;
    await box(control).box.refuter(async () => {
      await delay(1);
      ran += 1;
    });
    expect(ran).toBe(times);
  });

  test('that refutes the claim puts its faults in as any run does', async () => {
    const { box: b, faulty, harmed } = box('refuted');
    await b.inject(faulty('cut'));
    expect(harmed).toEqual(new Set(['cut']));
  });
});
