import { expect, test } from 'vitest';
import { factsOf } from './catalogue.ts';
import { isolated } from './disconnect/cut-map.ts';

const pod = (name: string) => ({ name, uid: name, ip: '198.19.0.1', node: 'a' });

test.for<[string, string[], unknown, string[][]]>([
  [
    'disconnect',
    ['zeebe-0', 'zeebe-1', 'zeebe-2'],
    { map: isolated(pod('zeebe-0'), [pod('zeebe-1'), pod('zeebe-2')]) },
    [
      ['zeebe-1', 'zeebe-0'],
      ['zeebe-2', 'zeebe-0'],
    ],
  ],
  ['restart', ['zeebe-1', 'zeebe-2'], [], [['zeebe-1'], ['zeebe-2']]],
  ['snapshot corruption', ['zeebe-1'], {}, [['zeebe-1']]],
  ['stress', ['zeebe-0'], {}, []],
  ['client load', [], { jobType: 'a' }, []],
])('an entry of kind %s takes what that fault takes', ([kind, targets, undo, taken]) => {
  expect(factsOf(kind)?.takes({ targets, undo }) ?? []).toEqual(taken);
});
