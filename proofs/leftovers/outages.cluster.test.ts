import type { V1Pod } from '@kubernetes/client-node';
import { minutes, seconds } from '../../helpers/wait/deadline.ts';
import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import { expectNothingLeft } from './expect-nothing-left.ts';
import { runVictim } from './run-cell.ts';
import { OUT, stopApiServer } from './surroundings.ts';

steadyClusterTest(
  'an API server that is away for 20 s during the lift, and meets the undo: passed, and nothing is forgotten',
  { timeout: 5 * minutes },
  async ({ cluster }) => {
    const run = await runVictim(
      { end: 'nothing', fault: 'disconnect', moment: 'during lift' },
      OUT,
      / {2}prove that it still holds \(/,
      () => stopApiServer(20 * seconds),
    );
    await expectNothingLeft(cluster, run, 'passed', /^$/);
  },
);

steadyClusterTest(
  'a pod that is deleted while its fault holds: broken, and nothing is forgotten',
  { timeout: 5 * minutes },
  async ({ cluster }) => {
    const { namespace } = cluster;
    let name = 'none';
    const run = await runVictim(
      { end: 'nothing', fault: 'stress', moment: 'while held' },
      OUT,
      /Action: stress (\S+) with[^]*Evidence: /,
      async (_run, [, follower = '']) => {
        name = follower;
        const [pod] = cluster.pods.all().filter(({ metadata }) => metadata?.name === name);
        await cluster.kubernetes.core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 1 });
        const gone = (all: V1Pod[]) => all.every(({ metadata }) => metadata?.uid !== pod?.metadata?.uid);
        await cluster.pods.until(`${name} gone`, gone, { within: 30 * seconds });
      },
    );
    await expectNothingLeft(cluster, run, 'broken', new RegExp(name));
  },
);
