import { expect, test } from 'vitest';
import { routesToNowhere } from './blocked-ways.ts';

const HEAD =
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT                        ';
const DEFAULT = 'eth0\t00000000\t010013C6\t0003\t0\t0\t0\t00000000\t0\t0\t0  ';
const UNREACHABLE = '*\t020013C6\t00000000\t0205\t0\t0\t217662180\tFFFFFFFF\t0\t0\t0  ';

test('a pod as it is made has no route to nowhere', () => {
  expect(routesToNowhere([HEAD, DEFAULT, ''].join('\n'))).toEqual([]);
});

test('an unreachable route is told by its address', () => {
  expect(routesToNowhere([HEAD, DEFAULT, UNREACHABLE, ''].join('\n'))).toEqual(['198.19.0.2']);
});
