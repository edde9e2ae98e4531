import { expect, test } from 'vitest';
import { together } from './gateway-views.ts';

const silent = 'Partition 2 has no leader.';
const gone = 'Broker 1 of 3 is not in the topology.';

test('nothing is missing where no gateway misses anything', () => {
  expect(together([{ gateway: 'one', missing: [] }])).toEqual([]);
});

test('what every gateway misses is told once', () => {
  const told = [
    { gateway: 'one', missing: [gone, silent] },
    { gateway: 'two', missing: [silent, gone] },
  ];
  expect(together(told)).toEqual([gone, silent]);
});

test('what only some gateways miss is told by name', () => {
  const told = [
    { gateway: 'one', missing: [] },
    { gateway: 'two', missing: [silent] },
    { gateway: 'three', missing: [gone, silent] },
  ];
  expect(together(told)).toEqual([`two: ${silent}`, `three: ${gone} ${silent}`]);
});
