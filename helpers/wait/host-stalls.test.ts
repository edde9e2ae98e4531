import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { mustHaveHadTime } from './host-stalls.ts';

function standStill(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('a process that had time may judge', async () => {
  const start = performance.now();
  await delay(200);
  standStill(300);
  expect(() => {
    mustHaveHadTime(performance.now() - start, 'No leader was seen');
  }).not.toThrow();
});

test('a process that stood still may not, as long as that lies within what it judges', async () => {
  await delay(100);
  standStill(1_200);
  const judge = () => {
    mustHaveHadTime(2_000, 'No leader was seen');
  };
  expect(judge).toThrow(ExperimentInvalid);
  await delay(100);
  expect(judge).toThrow(
    /^No leader was seen, and that cannot be held against Zeebe: the host was saturated, this process itself stood still for \d+(\.\d)? s\.$/,
  );
  expect(() => {
    mustHaveHadTime(50, 'No leader was seen');
  }).not.toThrow();
});
