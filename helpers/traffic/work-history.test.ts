import { describe, expect, test } from 'vitest';
import {
  completedTwice,
  inHandAtStop,
  notCompleted,
  notWhole,
  parseWork,
  unaccounted,
  type JobWork,
} from './work-history.ts';

const work = (event: JobWork['event'], instanceKey: bigint, worker = 'worker-1'): JobWork => ({
  event,
  worker,
  instanceKey,
});

describe("a worker's line", () => {
  test('keeps all 64 bits of a key', () => {
    const line =
      '{"time":"2026-01-01T00:00:00.000Z","event":"completed","worker":"w","jobKey":"1","instanceKey":"6755399441055745"}';
    expect(parseWork(line)).toEqual({ event: 'completed', worker: 'w', instanceKey: 6755399441055745n });
  });

  test('says when it is told to stop', () => {
    expect(parseWork('{"event":"stopping","worker":"w"}')).toEqual({ event: 'stopping', worker: 'w' });
  });

  test.for(['{"event":"started","worker":"w"}', '{"event":"completed","worker":"w"}', 'grpc: a warning', ''])(
    'that is about neither is left out: %s',
    (line) => {
      expect(parseWork(line)).toBeUndefined();
    },
  );
});

describe('work', () => {
  test('is lacking where no completion was acknowledged', () => {
    const done = [work('completed', 1n), work('activated', 2n), work('unknown', 3n), work('rejected', 4n)];
    expect(notCompleted([1n, 2n, 3n, 4n, 5n], done)).toEqual([2n, 3n, 4n, 5n]);
  });

  test('that ended is unaccounted for where it was neither acknowledged nor may have been done', () => {
    const done = [work('completed', 1n), work('activated', 2n), work('unknown', 3n), work('rejected', 4n)];
    expect(unaccounted([1n, 2n, 3n, 4n, 5n], done)).toEqual([2n, 4n, 5n]);
  });

  test('was in hand where a worker was told to stop before it was done', () => {
    const stopping = (worker: string) => ({ event: 'stopping', worker }) as const;
    const [one, other] = ['worker-1', 'worker-2'];
    const begun = [work('activated', 1n), work('activated', 2n), work('activated', 3n, other), work('completed', 1n)];
    expect(inHandAtStop([...begun, stopping(one), work('completed', 2n)])).toBe(1);
    expect(inHandAtStop([...begun, stopping(one), work('unknown', 3n, other), stopping(other)])).toBe(1);
    expect(inHandAtStop([...begun, work('rejected', 2n)])).toBe(0);
  });

  test('that was acknowledged twice is found, and work done twice but acknowledged once is not', () => {
    const done = [work('completed', 1n), work('completed', 1n), work('unknown', 2n), work('completed', 2n)];
    expect(completedTwice(done)).toEqual([1n]);
  });
});

test.for([
  { title: 'that goes on is', log: { gone: false, over: false, stopped: false }, whole: true },
  { title: 'of a worker that has stopped is', log: { gone: true, over: true, stopped: true }, whole: true },
  { title: 'that ended before its worker is not', log: { gone: false, over: true, stopped: false }, whole: false },
  {
    title: 'of a pod that went without a last word is not',
    log: { gone: true, over: true, stopped: false },
    whole: false,
  },
  { title: 'that is still to end with its pod is not', log: { gone: true, over: false, stopped: true }, whole: false },
])('a log $title whole', ({ log, whole }) => {
  expect(notWhole([{ pod: 'one', ...log }])).toEqual(whole ? [] : ['one']);
});
