/** Choices that a seed repeats. */
export interface Seeded {
  readonly seed: number;
  /** One of the items, undefined only if there are none. */
  pick<T>(items: readonly T[]): T | undefined;
  /** The items in another order. */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * Starts a sequence of choices from a seed (mulberry32, a 32-bit generator by Tommy Ettinger in the public domain).
 *
 * @param purpose gives each purpose a sequence of its own, so that not all choose the same of three
 */
export function seededBy(seed: number, purpose = ''): Seeded {
  let state = [...Buffer.from(purpose)].reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, seed | 0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    seed,
    pick: (items) => items[Math.floor(next() * items.length)],
    shuffle: (items) =>
      items
        .map((item) => ({ item, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
  };
}
