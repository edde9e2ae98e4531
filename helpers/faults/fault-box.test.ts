import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Journal } from '../journal.ts';
import type { Control } from '../settings.ts';
import { ExperimentInvalid, FaultWithoutEffect } from '../verdict/errors.ts';
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
      targets: [],
      takes: 'nothing',
      atMost: 60_000,
      refuse: step('refuse') as () => Promise<never>,
      inject: step('inject', () => harmed.add(title)) as () => Promise<never>,
      prove: step('prove', must(true)),
      undo: step('undo', () => harmed.delete(title)) as () => Promise<never>,
      proveGone: step('proveGone', must(false)),
      ...other,
    };
  };
  const silent = new Journal(undefined, {}, () => undefined);
  return { box: new FaultBox(silent, test.signal, control, UNDO_WITHIN), faulty, story, harmed, test };
}

const messages = (error: unknown) => (error as AggregateError).errors.map((e: Error) => e.message);

describe('a fault', () => {
  test('is refused or put in, proven, proven again before it is lifted, and proven gone', async () => {
    const { box: b, faulty, story, harmed } = box();

    const cut = await b.inject(faulty('cut'));
    expect(cut.evidence).toEqual({ cut: 'harmed' });
    expect(story).toEqual(['refuse cut', 'inject cut', 'prove cut']);

    await cut.lift();
    expect(story.slice(3)).toEqual(['prove cut', 'undo cut', 'proveGone cut']);
    expect(harmed).toEqual(new Set());
  });

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

    await expect(b.inject(faulty('cut', { refuse: () => Promise.reject(nonsense) }))).rejects.toBe(nonsense);
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
    const { box: b, faulty, harmed } = box();
    await b.inject(faulty('cut'));
    await b.inject(faulty('hang', { undo: () => new Promise(() => undefined) }));
    await b.inject(faulty('loss', { undo: () => Promise.reject(new Error('the pod is gone')) }));
    await b.inject(faulty('stay', { undo: () => Promise.resolve() }));

    const error = await b.undoAll().catch((e: unknown) => e);

    expect(error).toBeInstanceOf(AggregateError);
    expect(messages(error)).toEqual([
      'stay is expected to be unharmed.',
      'the pod is gone',
      'Undoing "hang" was expected to end within 200 ms, and did not.',
    ]);
    expect((error as Error).message).toBe(
      'Undoing faults failed: FaultWithoutEffect: stay is expected to be unharmed.; Error: the pod is gone; Error: Undoing "hang" was expected to end within 200 ms, and did not.',
    );
    expect(harmed).not.toContain('cut');
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
    const { box: b, faulty, story } = box();
    void b.inject(faulty('cut', { inject: () => new Promise(() => undefined) }));
    await delay(10);

    await b.undoAll();

    expect(story).toEqual(['refuse cut', 'undo cut', 'proveGone cut']);
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

  test('nothing is put in any more, also where the fault was already being prepared', async () => {
    const { box: b, faulty, story, test } = box();
    const injecting = b.inject(faulty('cut'));
    test.abort(why);

    await expect(injecting).rejects.toBe(why);
    expect(story).toEqual(['refuse cut']);
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
    expect(story).toEqual(['refuse cut', 'prove cut']);
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
