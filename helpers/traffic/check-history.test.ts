import { describe, expect, test } from 'vitest';
import { brokenPromises } from './broken-promises.ts';
import { checkHistory, HistoryTellsNothing } from './check-history.ts';
import type { Create, History } from './history.ts';
import { asked, call, completed, created, lost, notCreated, saw } from './told-histories.ts';

const kept: History = [created(1), created(2), saw(1, 2), completed(1), completed(2), saw()];

describe('a history in which every promise was kept', () => {
  test('has nothing to report but its counts', () => {
    const report = checkHistory(kept);

    expect(report).toMatchObject({ acknowledged: 2, rejected: 0, unknown: 0 });
    expect(brokenPromises(report)).toEqual([]);
  });

  test('may hold rejected and unknown requests of which nothing was seen', () => {
    const report = checkHistory([...kept, notCreated(3, 'rejected'), notCreated(4, 'unknown')]);

    expect(report).toMatchObject({ acknowledged: 2, rejected: 1, unknown: 1, recovered: [], unasked: [] });
    expect(brokenPromises(report)).toEqual([]);
  });

  test('may hold an instance whose creation was not answered', () => {
    const report = checkHistory([...kept, notCreated(3, 'unknown'), saw([3, 33]), completed(33)]);

    expect(report.recovered).toEqual([33n]);
    expect(brokenPromises(report)).toEqual([]);
  });

  test('may hold a completion repeated after one that was not answered', () => {
    const again = [completed(1, lost), saw(1), completed(1), completed(2, lost), completed(2, { outcome: 'rejected' })];
    const report = checkHistory([created(1), created(2), saw(1, 2), ...again]);

    expect(report).toMatchObject({ completedTwice: [], unfinished: [] });
    expect(brokenPromises(report)).toEqual([]);
  });

  test('may hand out one job twice', () => {
    expect(brokenPromises(checkHistory([...kept, saw(1)]))).toEqual([]);
  });
});

describe('a broken promise', () => {
  test('is an acknowledged instance that is gone without having been seen', () => {
    const report = checkHistory([...kept, created(3), asked(3, false)]);

    expect(report.lost).toEqual([3n]);
    expect(brokenPromises(report)).toEqual(['1 acknowledged instance was lost: 3.']);
  });

  test('is an acknowledged instance that waits for ever', () => {
    const report = checkHistory([...kept, created(3), asked(3, true)]);

    expect(report).toMatchObject({ lost: [], stuck: [3n] });
    expect(brokenPromises(report)).toEqual(['1 acknowledged instance is active, but its job was never handed out: 3.']);
  });

  test('is a job whose completion was never answered', () => {
    const report = checkHistory([created(1), created(2), saw(1, 2), completed(1), completed(2, lost)]);

    expect(report.unfinished).toEqual([2n]);
    expect(brokenPromises(report)).toEqual(['1 instance was seen, but no completion of it was answered: 2.']);
  });

  test('is a completion acknowledged twice', () => {
    const report = checkHistory([...kept, saw(1), completed(1)]);

    expect(report.completedTwice).toEqual([1n]);
    expect(brokenPromises(report)).toEqual(['1 instance had its completion acknowledged more than once: 1.']);
  });

  test('is a second instance made by one acknowledged request', () => {
    const report = checkHistory([...kept, saw([1, 11]), completed(11)]);

    expect(report.duplicated).toEqual([11n]);
    expect(brokenPromises(report)).toEqual(['1 instance was made by a request that had made one already: 11.']);
  });

  test('is a second instance made by one request of unknown outcome', () => {
    const report = checkHistory([
      ...kept,
      notCreated(3, 'unknown'),
      saw([3, 31], [3, 32]),
      completed(31),
      completed(32),
    ]);

    expect(report).toMatchObject({ recovered: [31n, 32n], duplicated: [32n] });
  });

  test('is an instance of a rejected request, or of none', () => {
    const ghosts = [notCreated(3, 'rejected'), saw([3, 3], [99, 99]), completed(3), completed(99)];
    const report = checkHistory([...kept, ...ghosts]);

    expect(report.unasked).toEqual([3n, 99n]);
    expect(brokenPromises(report)).toEqual([
      '2 instances were seen that nobody was told of or that were rejected: 3, 99.',
    ]);
  });

  test('is one key given to two requests', () => {
    const report = checkHistory([...kept, created(3, { key: 2n })]);

    expect(report.sharedKeys).toEqual([2n]);
    expect(brokenPromises(report)).toEqual(['1 key was given to more than one request: 2.']);
  });

  test('names the first ten of many', () => {
    const many = Array.from({ length: 12 }, (_, i) => i + 10);
    const report = checkHistory([...kept, ...many.map((n) => created(n)), ...many.map((n) => asked(n, false))]);

    expect(brokenPromises(report)).toEqual([
      '12 acknowledged instances were lost: 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 and 2 more.',
    ]);
  });
});

describe('a history tells nothing', () => {
  test.each<[string, History, string]>([
    ['that is empty', [], 'No instance was acknowledged in 0 requests'],
    ['in which every request failed', [notCreated(1, 'unknown')], 'could be checked; the last error: no.'],
    ['in which nobody looked', [created(1)], 'Nobody looked for the jobs of 1 acknowledged instances.'],
    ['in which every look failed', [created(1), { ...saw(), ...lost }], 'Nobody looked'],
    [
      'in which an unseen instance was not asked after',
      [...kept, created(3)],
      'Whether 1 acknowledged instances are lost',
    ],
    [
      'in which the question after an unseen instance was not answered',
      [...kept, created(3), { op: 'ask', ...call, ...lost, key: 3n }],
      'did not say whether they are active (3)',
    ],
  ])('%s', (_, history, message) => {
    const check = () => checkHistory(history);

    expect(check).toThrow(HistoryTellsNothing);
    expect(check).toThrow(message);
  });
});

describe('the longest time without success', () => {
  const at = (ms: number, partition: number, request: number) => created(request, { at: ms, tookMs: 0, partition });
  const of = (...creates: Create[]) => checkHistory([...creates, saw(...creates.map((c) => c.request))]).perPartition;

  test('is told for each partition', () => {
    expect(of(at(0, 1, 1), at(100, 2, 2), at(400, 1, 3), at(1000, 2, 4), at(1000, 1, 5))).toEqual([
      { partition: 1, acknowledged: 3, longestGapMs: 600 },
      { partition: 2, acknowledged: 2, longestGapMs: 900 },
    ]);
  });

  test('counts from the first request and to the last', () => {
    expect(of(at(0, 2, 1), at(300, 1, 2), at(1000, 2, 3))[0]).toEqual({
      partition: 1,
      acknowledged: 1,
      longestGapMs: 700,
    });
  });

  test('counts until the answer, not until the request', () => {
    expect(of(at(0, 1, 1), created(2, { at: 100, tookMs: 800 }))[0]).toMatchObject({ longestGapMs: 900 });
  });

  test('is the whole time on a partition that never answered', () => {
    const history = [at(0, 1, 1), at(700, 1, 2), saw(1, 2)];

    expect(checkHistory(history, { partitions: [1, 4] }).perPartition[1]).toEqual({
      partition: 4,
      acknowledged: 0,
      longestGapMs: 700,
    });
  });
});
