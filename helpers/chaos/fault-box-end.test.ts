import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CleanupTrouble, FaultWithoutEffect } from '../verdict/errors.ts';
import { box } from './harmless-faults.ts';

/** Work that tells when it has begun. */
function begun(work: () => Promise<void>) {
  let tell: () => void = () => undefined;
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const telling = () => {
    tell();
    return work();
  };
  return { begun: told, work: telling };
}

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
    const underWay = begun(async () => {
      await delay(50);
      await fault.inject();
    });
    const injecting = b.inject({ ...fault, inject: underWay.work }).catch(() => undefined);
    await underWay.begun;

    await b.undoAll();
    await injecting;

    expect(harmed).toEqual(new Set());
  });

  test('an inject that never ends is not waited for beyond half of the bound', async () => {
    const { box: b, faulty, story, entries } = box();
    const endless = begun(() => new Promise<void>(() => undefined));
    void b.inject(faulty('cut', { inject: endless.work }));
    await endless.begun;

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
    const underWay = begun(async () => {
      await delay(30);
      await fault.undo();
    });
    const cut = await b.inject({ ...fault, undo: underWay.work });
    const lifting = cut.lift();
    await underWay.begun;

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
