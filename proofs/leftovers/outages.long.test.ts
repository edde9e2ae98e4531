import { minutes, seconds } from '../../helpers/wait/deadline.ts';
import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import { expectNothingLeft } from './expect-nothing-left.ts';
import { runVictim } from './run-cell.ts';
import { cutNodeOff, OUT, stopApiServer } from './surroundings.ts';

/** Longer than the lease of a tool container, which lifts the fault by itself. */
const PAST_THE_LEASE = { apiServer: 60 * seconds, node: 45 * seconds };

const NOT_PROVEN = /^(FaultWithoutEffect: |Proving that .* still holds was expected)/;

steadyClusterTest(
  'an API server that is away for 60 s during the lift, and meets the last proof: broken, and nothing is forgotten',
  { timeout: 10 * minutes },
  async ({ cluster }) => {
    const run = await runVictim(
      // The victim goes on to its lift when the server has stopped.
      { end: 'nothing', fault: 'disconnect', moment: 'while held' },
      OUT,
      / {2}Evidence: /,
      () => stopApiServer(PAST_THE_LEASE.apiServer),
    );
    await expectNothingLeft(cluster, run, 'broken', NOT_PROVEN);
  },
);

steadyClusterTest(
  'a node that is cut off while a broker on it is under a fault: broken, and nothing is forgotten',
  { timeout: 10 * minutes },
  async ({ cluster }) => {
    const run = await runVictim(
      { end: 'nothing', fault: 'disconnect', moment: 'during lift' },
      OUT,
      /Action: disconnect \S+ and (\S+) [^]*Evidence: /,
      (_run, [, follower = '']) => cutNodeOff(cluster, follower, PAST_THE_LEASE.node),
    );
    await expectNothingLeft(cluster, run, 'broken', NOT_PROVEN);
  },
);
