import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { FaultWithoutEffect } from '../../verdict/errors.ts';
import { PodEnds } from './pod-ends.ts';

const identity = { name: 'camunda-zeebe-0', uid: 'a1', ip: '198.19.0.2', node: 'node-1' };

/** The pod with containers that have ended with these codes; undefined runs. */
function pod(uid: string, ...codes: (number | undefined)[]): V1Pod {
  const containerStatuses = codes.map((exitCode, i) => ({
    name: `c${i}`,
    image: '',
    imageID: '',
    ready: false,
    restartCount: 0,
    state: exitCode === undefined ? { running: {} } : { terminated: { exitCode } },
  }));
  return { metadata: { name: identity.name, uid }, status: { containerStatuses } };
}

function ends(...pictures: V1Pod[][]): PodEnds {
  const all = new PodEnds([identity]);
  for (const picture of pictures) all.note(picture);
  return all;
}

test('a pod whose containers all ended by themselves or by SIGTERM ended gracefully, also once its record is gone', () => {
  expect(ends([pod('a1', undefined, 0)], [pod('a1', 143, 0)], []).gracefulOf(identity, 'restart')).toBe('143 0');
});

test.for<[string, V1Pod[][], string]>([
  ['was killed', [[pod('a1', 137)]], 'c0 with 137'],
  ['still ran when it was last seen', [[pod('a1', undefined)], []], 'none was seen'],
  ['was another one of the same name', [[pod('b2', 0)]], 'none was seen'],
])('a pod that %s did not', ([, pictures, found]) => {
  expect(() => ends(...pictures).gracefulOf(identity, 'restart it')).toThrow(
    new FaultWithoutEffect(
      `restart it is expected to let camunda-zeebe-0 end by itself, with exit code 0 or 143; ${found}.`,
    ),
  );
});
