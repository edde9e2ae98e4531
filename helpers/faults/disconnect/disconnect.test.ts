import { expect, test } from 'vitest';
import type { FaultContext } from '../../chaos/fault-kind.ts';
import { between } from './cut-map.ts';
import { disconnect, metricsOf } from './disconnect.ts';

test('an entry that an older version wrote is told in a sentence', () => {
  expect(() => disconnect.recover({} as FaultContext, { between: ['camunda-zeebe-0', 'camunda-zeebe-1'] })).toThrow(
    'The entry of a cut is expected to have its map and its routes, and has not: heal with the version that made it.',
  );
});

test('beside an entry that an older version wrote the routes of other cuts are known', () => {
  const cut = { kind: 'disconnect', record: () => ({ map: {}, route: { metric: '4711' } }) };
  const older = { kind: 'disconnect', record: () => ({ between: ['camunda-zeebe-0', 'camunda-zeebe-1'] }) };
  expect(metricsOf([older, cut, { kind: 'stress', record: () => ({}) }])).toEqual(['4711']);
});

test('a pod with an IPv6 address is not cut off', async () => {
  const pod = (name: string, ip: string) => ({ name, uid: name, ip, node: 'a' });
  const cut = disconnect.make({} as FaultContext, between(pod('zeebe-0', '198.19.0.2'), pod('zeebe-1', 'fd00::b')));
  await expect(cut.check()).rejects.toThrow(
    'Pods are expected to have IPv4 addresses to be cut off; zeebe-1 has fd00::b.',
  );
});
