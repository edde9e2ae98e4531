import { expect, test } from 'vitest';
import type { Create, History } from '../../helpers/traffic/history.ts';
import { withFigures, type Killed } from './figures.ts';
import { killOf, type KillMoment } from './plan.ts';

const killed = (at: number, moment: KillMoment): Killed => ({ ...killOf(7, 1, 3), moment, at, wholeAfterMs: 100 });
const create = (end: number, outcome: Create['outcome'], partition = 1): Create => ({
  ...{ op: 'create', request: end, at: end - 10, tookMs: 10, outcome },
  ...(outcome === 'ok' && { key: BigInt(end), partition }),
});

test('a call counts to the kill before its end, and gaps are those up to the next kill on the worst partition', () => {
  const history: History = [
    create(500, 'ok'),
    create(1_005, 'unknown'),
    create(1_300, 'ok'),
    create(1_400, 'ok', 2),
    create(2_000, 'rejected'),
    { op: 'complete', key: 500n, at: 2_100, tookMs: 50, outcome: 'ok' },
  ];

  const [first, last] = withFigures([killed(1_000, 'creating'), killed(2_000, 'completing')], history, [1, 2]);

  expect(first).toMatchObject({ acknowledged: 3, rejected: 0, unknown: 1, longestGapMs: 700 });
  expect(last).toMatchObject({ acknowledged: 1, rejected: 1, unknown: 0 });
  expect(last).not.toHaveProperty('longestGapMs');
});
