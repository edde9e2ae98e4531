import { expect, test } from 'vitest';
import { changesOf } from './unreachable-route.ts';

const added = 'unreachable 10.0.0.2 dev lo metric 7';

test('what was put in, and what others do elsewhere or beneath, is no change of a cut', () => {
  const seen = [
    added,
    'unreachable 10.0.0.2 dev lo metric 8',
    'Deleted unreachable 10.0.0.2 dev lo metric 8',
    'Deleted unreachable 10.0.0.20 dev lo metric 7',
    '10.0.0.3 via 10.0.0.1 dev eth0',
  ];
  expect(changesOf(seen.join('\n'), '10.0.0.2', '7')).toEqual([]);
});

test.for(['Deleted unreachable 10.0.0.2 dev lo metric 7', '10.0.0.2 via 10.0.0.1 dev eth0 metric 1'])(
  'a moment without the cut is seen: %s',
  (line) => {
    expect(changesOf(`${added}\n${line}\n${added}`, '10.0.0.2', '7')).toEqual([line]);
  },
);
