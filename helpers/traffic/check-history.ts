/** Whether what clients were promised holds, judged from their history alone. */
import type { Activate, Ask, Complete, Create, History, HistoryReport, Operation } from './history.ts';
import type { Key } from '../zeebe/keys.ts';

/** The history does not say whether the promises were kept: it is neither a pass nor a failure. */
export class HistoryTellsNothing extends Error {
  override readonly name = 'HistoryTellsNothing';
}

/**
 * What became of the instances of a history, judged as Jepsen's total-queue judges a queue: an acknowledged one must be
 * handed out, one of unknown outcome may be, a rejected one must not. `partitions` adds those on which nothing was
 * acknowledged. Throws HistoryTellsNothing if nothing was acknowledged, if nobody looked, or if an acknowledged instance
 * was not seen and the question after it was not answered.
 */
export function checkHistory(
  history: History,
  { partitions = [] }: { partitions?: readonly number[] } = {},
): HistoryReport {
  const creates = history.filter((o): o is Create => o.op === 'create');
  const acknowledged = creates.filter((c) => c.outcome === 'ok');
  const looks = history.filter((o): o is Activate => o.op === 'activate' && o.outcome === 'ok');
  if (acknowledged.length === 0) throw new HistoryTellsNothing(noneAcknowledged(creates));
  if (looks.length === 0)
    throw new HistoryTellsNothing(`Nobody looked for the jobs of ${acknowledged.length} acknowledged instances.`);

  const seen = new Map(looks.flatMap((l) => l.seen.map((s) => [s.key, s.request] as const)));
  const unseen = acknowledged.map(keyOf).filter((key) => !seen.has(key));
  return {
    acknowledged: acknowledged.length,
    rejected: creates.filter((c) => c.outcome === 'rejected').length,
    unknown: creates.filter((c) => c.outcome === 'unknown').length,
    ...fates(unseen, history),
    ...completions(seen, history),
    ...identities(creates, seen),
    perPartition: gaps(creates, partitions),
  };
}

function noneAcknowledged(creates: readonly Create[]): string {
  const last = creates.findLast((c) => c.error !== undefined);
  const why = last ? `; the last error: ${last.error}` : '';
  return `No instance was acknowledged in ${creates.length} requests, so nothing was promised that could be checked${why}.`;
}

function fates(unseen: readonly Key[], history: History): Pick<HistoryReport, 'lost' | 'stuck'> {
  const active = new Map<Key, boolean>();
  for (const o of history) if (isAsk(o) && o.active !== undefined) active.set(o.key, o.active);
  const silent = unseen.filter((key) => !active.has(key));
  if (silent.length > 0)
    throw new HistoryTellsNothing(
      `Whether ${silent.length} acknowledged instances are lost is unknown: no job of theirs was handed out, and Zeebe ` +
        `did not say whether they are active (${silent.slice(0, 5).join(', ')}).`,
    );
  return { lost: unseen.filter((key) => !active.get(key)), stuck: unseen.filter((key) => active.get(key)) };
}

function completions(
  seen: ReadonlyMap<Key, number>,
  history: History,
): Pick<HistoryReport, 'unfinished' | 'completedTwice'> {
  const attempts = history.filter((o): o is Complete => o.op === 'complete');
  // a completion that is rejected was done by an earlier one whose answer was lost, or its instance is gone
  const answered = new Set(attempts.filter((c) => c.outcome !== 'unknown').map((c) => c.key));
  return {
    unfinished: [...seen.keys()].filter((key) => !answered.has(key)),
    completedTwice: repeated(attempts.filter((c) => c.outcome === 'ok').map((c) => c.key)),
  };
}

function identities(
  creates: readonly Create[],
  seen: ReadonlyMap<Key, number>,
): Pick<HistoryReport, 'recovered' | 'unasked' | 'duplicated' | 'sharedKeys'> {
  const outcomes = new Map(creates.map((c) => [c.request, c.outcome]));
  const seenAfter = (...wanted: (Create['outcome'] | undefined)[]) =>
    [...seen].filter(([, request]) => wanted.includes(outcomes.get(request))).map(([key]) => key);
  const given = creates.filter((c) => c.outcome === 'ok').map((c) => [keyOf(c), c.request] as const);
  const requests = [...new Map([...given, ...seen])];
  const first = new Map([...requests].reverse().map(([key, request]) => [request, key]));
  return {
    recovered: seenAfter('unknown'),
    unasked: seenAfter('rejected', undefined),
    duplicated: requests.filter(([key, request]) => first.get(request) !== key).map(([key]) => key),
    sharedKeys: repeated(given.map(([key]) => key)),
  };
}

function gaps(creates: readonly Create[], partitions: readonly number[]): HistoryReport['perPartition'] {
  const end = (c: Create) => c.at + c.tookMs;
  const from = Math.min(...creates.map((c) => c.at));
  const to = Math.max(...creates.map(end));
  const acknowledged = creates.filter((c) => c.outcome === 'ok');
  const ids = new Set([...partitions, ...acknowledged.map((c) => c.partition ?? 0)]);
  return [...ids]
    .sort((a, b) => a - b)
    .map((partition) => {
      const successes = acknowledged.filter((c) => c.partition === partition).map(end);
      const moments = [from, ...successes.sort((a, b) => a - b), to];
      const longestGapMs = Math.max(...moments.slice(1).map((at, i) => at - (moments[i] ?? at)));
      return { partition, acknowledged: successes.length, longestGapMs };
    });
}

function keyOf(create: Create): Key {
  if (create.key === undefined) throw new TypeError(`Request ${create.request} was acknowledged without a key.`);
  return create.key;
}

function repeated(keys: readonly Key[]): Key[] {
  const once = new Set<Key>();
  return [...new Set(keys.filter((key) => once.has(key) || !once.add(key)))];
}

function isAsk(operation: Operation): operation is Ask {
  return operation.op === 'ask';
}
