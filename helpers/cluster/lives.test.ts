import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { ClaimRefuted, ExperimentInvalid } from '../verdict/errors.ts';
import { faults, type FaultName } from '../faults/catalogue.ts';
import { livesIn, mustHaveGoneOn } from './lives.ts';

const pod = (name: string, uid: string, restartCount: number, exitCode = 137, reason = 'Error'): V1Pod => ({
  metadata: {
    name,
    uid,
    labels: { 'app.kubernetes.io/component': /gateway/.test(name) ? 'zeebe-gateway' : 'zeebe-broker' },
  },
  spec: { containers: [{ name: 'sidecar' }, { name: 'zeebe', ports: [{ containerPort: 26501 }] }] },
  status: {
    containerStatuses: [status('sidecar', 7, 1, 'Error'), status('zeebe', restartCount, exitCode, reason)],
  },
});
const status = (name: string, restartCount: number, exitCode: number, reason: string) => ({
  name,
  image: '',
  imageID: '',
  ready: true,
  restartCount,
  lastState: restartCount > 0 ? { terminated: { exitCode, reason } } : {},
});
const fault = (kind: FaultName, ...targets: string[]) => ({ targets, ends: faults[kind].ends });
const before = livesIn([pod('zeebe-0', 'a', 0), pod('zeebe-1', 'b', 3), { metadata: { name: 'worker', uid: 'w' } }]);
const zeebe0 = pod('zeebe-0', 'a', 0);

test('nothing is wrong where all go on, or were ended by faults', () => {
  mustHaveGoneOn(before, [zeebe0, pod('zeebe-1', 'b', 3)], [fault('disconnect', 'zeebe-0', 'zeebe-1')]);
  const twice = [fault('terminate', 'zeebe-1'), fault('terminate', 'zeebe-1')];
  mustHaveGoneOn(before, [zeebe0, pod('zeebe-1', 'b', 5)], twice);
  mustHaveGoneOn(before, [zeebe0, pod('zeebe-1', 'new', 0)], [fault('restart', 'zeebe-1')]);
  mustHaveGoneOn(before, [zeebe0, pod('zeebe-1', 'b', 4)], [fault('snapshot corruption', 'zeebe-1')]);
});

test.for<[string, V1Pod[], typeof ClaimRefuted | typeof ExperimentInvalid, string]>([
  ['was killed', [zeebe0, pod('zeebe-1', 'b', 4)], ExperimentInvalid, 'once, last with exit code 137, Error'],
  ['crashed', [zeebe0, pod('zeebe-1', 'b', 5, 3)], ClaimRefuted, '2 times, last with exit code 3, Error'],
  ['ran out of memory', [zeebe0, pod('zeebe-1', 'b', 4, 137, 'OOMKilled')], ClaimRefuted, 'exit code 137, OOMKilled'],
  [
    'was replaced',
    [zeebe0, pod('zeebe-1', 'c', 0)],
    ExperimentInvalid,
    'Pod zeebe-1 is expected to go on, and was replaced',
  ],
])('one that %s is told', ([, pods, kind, words]) => {
  const look = () => mustHaveGoneOn(before, pods, []);
  expect(look).toThrow(kind);
  expect(look).toThrow(words);
});

test('a gateway may be replaced or killed by others, and not crash', () => {
  const gateway = livesIn([pod('zeebe-gateway-a', 'g', 0)]);
  mustHaveGoneOn(gateway, [], []);
  mustHaveGoneOn(gateway, [pod('zeebe-gateway-a', 'g', 1, 143)], []);
  expect(() => mustHaveGoneOn(gateway, [pod('zeebe-gateway-a', 'g', 1, 2)], [])).toThrow('exit code 2, Error');
});

test('one that this run has restarted may not crash afterwards', () => {
  const look = () => mustHaveGoneOn(before, [zeebe0, pod('zeebe-1', 'new', 4, 3)], [fault('restart', 'zeebe-1')]);
  expect(look).toThrow('it has restarted 4 times, last with exit code 3');
});

test('a kill that did not come about is none of somebody else', () => {
  mustHaveGoneOn(before, [zeebe0, pod('zeebe-1', 'b', 3)], [fault('terminate', 'zeebe-1')]);
});

test('one that was killed by this run and by somebody else has one restart too many', () => {
  const look = () => mustHaveGoneOn(before, [zeebe0, pod('zeebe-1', 'b', 5)], [fault('terminate', 'zeebe-1')]);
  expect(look).toThrow('it has restarted once, beside the kill of this run');
});
