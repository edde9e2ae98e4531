import { expect, test } from 'vitest';
import { withoutVerdict } from './outcome.ts';
import { spellStatus } from './status.ts';

const progress = { experiment: 'production-m/b', worker: 'w', line: 'Action: b' };
const of = (planned: string[], done: string[]) => ({
  bench: 'bench-1',
  cluster: { name: 'lab' },
  planned,
  outcomes: done.map((name) => withoutVerdict(name, 'lab', 'why')),
  progress,
});

test('a status says how many experiments have ended, and what happens in the one that has not', () => {
  const planned = ['production-m/a', 'production-m/b'];
  expect(spellStatus({ ...of([], []), progress: null })).toBe('lab: waiting for a worker');
  expect(spellStatus(of(planned, ['production-m/a']))).toBe('lab: 1 of 2; production-m/b: Action: b');
  expect(spellStatus(of(planned, planned))).toBe('lab: 2 of 2');
});
