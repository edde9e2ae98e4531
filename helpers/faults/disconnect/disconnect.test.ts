import { expect, test } from 'vitest';
import type { FaultContext } from '../../chaos/fault-kind.ts';
import { disconnect } from './disconnect.ts';

test('an entry that an older version wrote is told in a sentence', () => {
  expect(() => disconnect.recover({} as FaultContext, { between: ['camunda-zeebe-0', 'camunda-zeebe-1'] })).toThrow(
    'The entry of a cut is expected to have its map and its routes, and has not: heal with the version that made it.',
  );
});
