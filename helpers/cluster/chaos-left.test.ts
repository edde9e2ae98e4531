import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { chaosLeftIn } from './chaos-left.ts';

const broker = (container: string, state: V1ContainerState): V1Pod => ({
  metadata: { name: 'camunda-zeebe-0' },
  status: {
    ephemeralContainerStatuses: [{ name: container, image: '', imageID: '', ready: false, restartCount: 0, state }],
  },
});

test("nothing is left of tool containers that have ended, and those of others are nobody's business", () => {
  expect(
    chaosLeftIn([
      { metadata: { name: 'camunda-zeebe-1' } },
      broker('zeebe-chaos-one-a1', { terminated: { exitCode: 0 } }),
      broker('debugger-x', { running: {} }),
    ]),
  ).toEqual([]);
});

test('a tool container that runs and a job worker are named', () => {
  const worker = { metadata: { name: 'w-1', labels: { 'app.kubernetes.io/name': 'zeebe-chaos-worker' } } };
  expect(chaosLeftIn([broker('zeebe-chaos-one-a1', { running: {} }), worker])).toEqual([
    'The tool container zeebe-chaos-one-a1 is at work in camunda-zeebe-0.',
    'w-1 is a job worker.',
  ]);
});
