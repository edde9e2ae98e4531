import { experiment, expect, seconds, test } from '../../fixtures/index.ts';

const about = experiment({
  faults: ['restart'],
  blastRadius: 'the leader of partition 3, until it is ready again',
  severity: 'critical',
  alsoSeen: 'another broker leads after it',
  bounds: { election: 15 * seconds, service: 10 * seconds },
  refuted: {
    by: 'the followers of the partition are cut off from each other',
    bounds: { election: 7 * seconds },
    says: 'is expected to lead partition 3',
  },
});

test(
  'another broker takes a partition over when its leader restarts gracefully',
  about,
  async ({ cluster, zeebe, chaos }) => {
    const leader = await cluster.leaderOf(await cluster.partition(3));
    const followers = await cluster.followersOf(leader.partition);

    await chaos.refuter(() => chaos.cutApart(...followers));
    const fault = await chaos.restart(leader);
    await expect(cluster).toReplaceLeader(leader, { within: about.bounds.election });
    await expect(zeebe).toServe({ on: leader.partition }, { within: about.bounds.service });
    await fault.lift();
  },
);
