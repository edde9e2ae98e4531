import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ExperimentInvalid, FaultWithoutEffect } from '../verdict/errors.ts';
import { box } from './harmless-faults.ts';

test('what becomes of every fault is written down as it comes', async () => {
  const { box: b, faulty, record } = box();
  const [cut, kill] = [await b.inject(faulty('cut')), await b.inject(faulty('kill'))];
  await expect(b.inject(faulty('none', { inject: () => Promise.resolve() }))).rejects.toThrow(FaultWithoutEffect);
  const { faults } = record;
  const of = (title: string, proven: boolean, heldToTheEnd: boolean, gone: boolean) => {
    return { kind: 'harm', title, targets: [], proven, heldToTheEnd, gone };
  };
  expect(faults).toEqual([
    of('cut', true, false, false),
    of('kill', true, false, false),
    of('none', false, false, false),
  ]);

  await kill.lift();
  expect(faults[1]).toEqual(of('kill', true, true, true));
  await b.undoAll();
  expect(cut.title).toBe('cut');
  expect(faults[0]).toEqual(of('cut', true, false, true));
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
