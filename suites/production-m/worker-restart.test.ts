import { experiment, expect, seconds, test } from '../../fixtures/index.ts';

const about = experiment({
  faults: ['restart'],
  blastRadius: 'every job worker of the experiment',
  brings: 'job workers',
  alsoNeeds:
    'a Deployment of job workers (`CHAOS_WORKER_IMAGE`): `create`, `patch`, `delete deployments.apps`, `get pods/log`',
  bounds: { completion: 20 * seconds },
  refuted: {
    by: 'the workers are scaled to 0',
    bounds: { completion: 5 * seconds },
    says: 'are expected to be completed by job workers',
  },
});

test(
  'work goes on when every job worker restarts, and no job is completed twice',
  about,
  async ({ workers, chaos }) => {
    const before = await workers.startInstances(20);
    await workers.untilAtWork({ within: about.bounds.completion });
    // Side by side, so that workers have jobs in hand when they are told to stop.
    const [fault, during] = await Promise.all([chaos.restart(...workers.pods()), workers.startInstances(20)]);
    await fault.lift();

    await chaos.refuter(() => workers.stopAll());
    const after = await workers.startInstances(10);
    await expect(workers).toComplete([...before, ...during, ...after], { within: about.bounds.completion });
    await expect(workers).toHaveCompletedNoneTwice();
  },
);
