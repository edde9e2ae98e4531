import { experiment, expect, seconds, test } from '../../fixtures/index.ts';

const about = experiment({
  faults: ['terminate'],
  blastRadius: 'one follower of partition 3, until it is ready again',
  bounds: { gap: 3 * seconds },
  refuted: {
    by: 'the other two replicas of the partition are cut off from each other',
    // Without a majority nothing is served for as long as the follower is away: on the lab's engine, less than 3 s.
    bounds: { gap: 1 * seconds },
    says: ['expected to get an instance on partition 3', 'Partition 3 is expected to be led by'],
  },
});

test(
  'a partition goes on without a pause when one of its followers is killed',
  about,
  async ({ cluster, zeebe, chaos }) => {
    const leader = await cluster.leaderOf(await cluster.partition(3));
    const [follower, ...others] = await cluster.followersOf(leader.partition);

    await chaos.refuter(() => chaos.cutApart(leader, ...others));
    const fault = await chaos.terminate(follower);
    await fault.lift();

    await expect(cluster).toStillBeLedBy(leader);
    await expect(zeebe).toHaveServed({ on: leader.partition, since: fault.since, gap: about.bounds.gap });
  },
);
