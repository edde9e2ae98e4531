import { expect, test } from 'vitest';
import { clustersOf, settingsOf } from './clusters.ts';

test('clusters are the lab, or a context and a namespace, with a plan where it is not the suite’s', () => {
  expect(clustersOf('lab, staging/zeebe@production-s,arn:aws:eks:eu:1:cluster/a/zeebe,me@home/zeebe')).toEqual([
    { name: 'lab' },
    { name: 'staging/zeebe', context: 'staging', namespace: 'zeebe', plan: 'production-s' },
    { name: 'arn:aws:eks:eu:1:cluster/a/zeebe', context: 'arn:aws:eks:eu:1:cluster/a', namespace: 'zeebe' },
    { name: 'me@home/zeebe', context: 'me@home', namespace: 'zeebe' },
  ]);
  expect(clustersOf('lab@production-l')).toEqual([{ name: 'lab', plan: 'production-l' }]);
});

test.for([
  ['', 'found ""'],
  ['staging', 'found "staging"'],
  ['/zeebe', 'found "/zeebe"'],
  ['staging/', 'found "staging/"'],
  ['lab@production-x', 'there is no plan "production-x" in "lab@production-x"'],
  ['lab,lab@production-s', 'lab was found twice, and experiments cannot share a cluster'],
])('"%s" is refused: %s', ([text = '', why]) => {
  expect(() => clustersOf(text)).toThrow(why);
  expect(() => clustersOf(text)).toThrow('`--clusters` expects lab or <context>/<namespace>');
});

test('a cluster is reached by its context and namespace, whatever the worker is set to', () => {
  const staging = { name: 'staging/zeebe', context: 'staging', namespace: 'zeebe' };
  expect(settingsOf(staging, {})).toEqual({ CHAOS_KUBE_CONTEXT: 'staging', CHAOS_NAMESPACE: 'zeebe' });
});

test('the lab is reached without the context, images and namespace of another cluster', () => {
  const none = { CHAOS_KUBE_CONTEXT: '', CHAOS_TOOL_IMAGE: '', CHAOS_WORKER_IMAGE: '' };
  expect(settingsOf({ name: 'lab', plan: 'production-s' }, {})).toEqual(none);
  expect(settingsOf({ name: 'lab' }, { CHAOS_KUBE_CONTEXT: 'staging' })).toEqual({ ...none, CHAOS_NAMESPACE: '' });
});

test.for([{ name: 'staging' }, { name: 'lab', context: 'staging' }, { name: 'x', context: 'x', namespace: '' }])(
  'a cluster without a place is not taken for the lab: %o',
  (cluster) => {
    expect(settingsOf(cluster, {})).toBeUndefined();
  },
);
