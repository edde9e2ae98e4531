import { expect, test } from 'vitest';
import { seededBy } from './seeded.ts';

const brokers = ['zeebe-0', 'zeebe-1', 'zeebe-2'];

function choices(seed: number, count = 50) {
  const seeded = seededBy(seed);
  return Array.from({ length: count }, () => seeded.pick(brokers));
}

test('the same seed makes the same choices, and another seed others', () => {
  expect(choices(4711)).toEqual(choices(4711));
  expect(choices(4711)).not.toEqual(choices(4712));
});

test('each item is chosen about as often, whatever the seed', () => {
  for (const seed of [0, 1, 999_999_999]) {
    const chosen = choices(seed, 3_000);
    for (const broker of brokers) expect(chosen.filter((c) => c === broker).length).toBeGreaterThan(850);
  }
});

test('of nothing, nothing is chosen', () => {
  expect(seededBy(1).pick<string>([])).toBeUndefined();
});

test('a seed repeats an order, which has each item once', () => {
  const orders = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => seededBy(seed).shuffle(['a', 'b', 'c']));
  expect(orders).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => seededBy(seed).shuffle(['a', 'b', 'c'])));
  expect(new Set(orders.map(String)).size).toBeGreaterThan(2);
  for (const order of orders) expect(order.sort()).toEqual(['a', 'b', 'c']);
});

test('purposes have sequences of their own, which the seed repeats too', () => {
  const first = (purpose: string) => seededBy(7, purpose).shuffle(['a', 'b', 'c', 'd', 'e']).join('');
  const purposes = ['leader-restart', 'follower-restart', 'msg-correlation', 'worker-restart'];
  expect(new Set(purposes.map(first)).size).toBeGreaterThan(2);
  expect(purposes.map(first)).toEqual(purposes.map(first));
});

test('the seed can be told to whoever wants to repeat the choices', () => {
  expect(seededBy(4711).seed).toBe(4711);
});
