import { experiment, expect, seconds, test } from '../../fixtures/index.ts';

const about = experiment({
  faults: ['snapshot corruption'],
  blastRadius: 'one follower of partition 3: a file of its newest snapshot, and the broker until that is back',
  bounds: { gap: 5 * seconds },
  refuted: {
    by: 'the other two replicas of the partition are cut off from each other',
    says: ['expected to get an instance on partition 3', 'Partition 3 is expected to be led by'],
  },
});

test(
  'a follower refuses a corrupted snapshot and does its partition no harm',
  about,
  async ({ cluster, zeebe, chaos }) => {
    const leader = await cluster.leaderOf(await cluster.partition(3));
    const [follower, ...others] = await cluster.followersOf(leader.partition);

    const fault = await chaos.corruptSnapshot(follower, leader.partition);
    await chaos.refuter(() => chaos.cutApart(leader, ...others));
    await expect(cluster).toStillBeLedBy(leader);
    await expect(zeebe).toServe({ on: leader.partition }, { within: about.bounds.gap });
    await fault.lift();

    await expect(zeebe).toHaveServed({ on: leader.partition, since: fault.since, gap: about.bounds.gap });
  },
);
