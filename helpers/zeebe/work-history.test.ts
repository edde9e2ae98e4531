import { describe, expect, test } from 'vitest';
import { completedTwice, notCompleted, parseWork, type Work } from './work-history.ts';

const work = (event: Work['event'], instanceKey: bigint): Work => ({ event, worker: 'worker-1', instanceKey });

describe("a worker's line", () => {
  test('keeps all 64 bits of a key', () => {
    const line =
      '{"time":"2026-01-01T00:00:00.000Z","event":"completed","worker":"w","jobKey":"1","instanceKey":"6755399441055745"}';
    expect(parseWork(line)).toEqual({ event: 'completed', worker: 'w', instanceKey: 6755399441055745n });
  });

  test.for(['{"event":"started","worker":"w"}', 'grpc: a warning', ''])(
    'that is about no job is left out: %s',
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

  test('that was acknowledged twice is found, and work done twice but acknowledged once is not', () => {
    const done = [work('completed', 1n), work('completed', 1n), work('unknown', 2n), work('completed', 2n)];
    expect(completedTwice(done)).toEqual([1n]);
  });
});
