import { experiment, expect, seconds, test } from '../../fixtures/index.ts';

const about = experiment({
  faults: ['stress'],
  blastRadius: 'the leader of partition 3, starved of processor time for 30 s',
  bounds: { hold: 30 * seconds, gap: 10 * seconds },
  refuted: {
    by: 'all replicas of the partition are cut off from each other',
    bounds: { gap: 3 * seconds },
    says: 'expected to get an instance on partition',
  },
});

test('no partition stops when a broker is starved of processor time', about, async ({ cluster, zeebe, chaos }) => {
  const leader = await cluster.leaderOf(await cluster.partition(3));
  const followers = await cluster.followersOf(leader.partition);

  const fault = await chaos.stress(leader, { cpu: 8 });
  await chaos.refuter(() => chaos.cutApart(leader, ...followers));
  const { hold, gap } = about.bounds;
  await expect(zeebe).toKeepServing({ on: await cluster.partitions(), for: hold, gap });
  await fault.lift();
});
