import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { aboutEngines, engineSeen } from './engine-seen.ts';

const at = (time: number, experiment: string, engine: string): string =>
  JSON.stringify({ time: new Date(time).toISOString(), experiment, surroundings: { engine } });

test('an experiment is about the engine that it found last, and not in an earlier run', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'journal-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const journal = path.join(folder, 'journal.jsonl');
  writeFileSync(
    journal,
    [at(1_000, 'm/a', 'Zeebe 8.5.8'), at(2_000, 'm/a', 'other 1'), at(3_000, 'm/b', 'x'), '{"cut'].join('\n'),
  );

  expect(engineSeen(journal, 'm/a', 500)).toBe('other 1');
  expect(engineSeen(journal, 'm/a', 2_500)).toBeUndefined();
  expect(engineSeen(path.join(folder, 'none'), 'm/a', 0)).toBeUndefined();
});

test('a run says of each engine whether it is Zeebe', () => {
  expect(aboutEngines(['Zeebe 8.5.8', undefined, 'Zeebe 8.5.8', 'mine 1'])).toEqual([
    'This run was on Zeebe 8.5.8.',
    'This run was on mine 1, which is not Zeebe: it tells about the experiments, not about Zeebe.',
  ]);
});
