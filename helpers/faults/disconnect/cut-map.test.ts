import { expect, test } from 'vitest';
import type { PodIdentity } from '../../kubernetes/pods.ts';
import { apart, between, isolated, linksOf, oneWay, podsOf, type CutMap } from './cut-map.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name): PodIdentity => ({ name, uid: `uid ${name}`, ip: '', node: '' })) as [
  PodIdentity,
  PodIdentity,
  PodIdentity,
];
const told = (ways: CutMap['ways']) => ways.map(([from, to]) => `${from.name}→${to.name}`);

test.for([
  { map: between(a, b), title: 'disconnect a and b', ways: ['a→b', 'b→a'], links: ['b→a'], pods: 'a b' },
  { map: oneWay(a, b), title: 'disconnect a from b, one way', ways: ['a→b'], links: ['a→b'], pods: 'a b' },
  {
    map: isolated(a, [b, c]),
    title: 'disconnect a from b, c',
    ways: ['a→b', 'b→a', 'a→c', 'c→a'],
    links: ['b→a', 'c→a'],
    pods: 'a b c',
  },
  {
    map: apart([a, b, c]),
    title: 'disconnect a, b, c from each other',
    ways: ['a→b', 'b→a', 'a→c', 'c→a', 'b→c', 'c→b'],
    links: ['b→a', 'c→a', 'c→b'],
    pods: 'a b c',
  },
])('"$title" blocks $ways', ({ map, title, ways, links, pods }) => {
  expect(map.title).toBe(title);
  expect(told(map.ways)).toEqual(ways);
  expect(told(linksOf(map))).toEqual(links);
  expect(
    podsOf(map)
      .map(({ name }) => name)
      .join(' '),
  ).toBe(pods);
});
