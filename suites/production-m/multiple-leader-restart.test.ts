import { experiment, expect, seconds, test } from '../../fixtures/index.ts';

const about = experiment({
  faults: ['terminate'],
  blastRadius: 'the leader of partition 2, three times, whoever that is by then',
  severity: 'critical',
  alsoSeen: 'another broker leads after each kill',
  bounds: { election: 15 * seconds, service: 10 * seconds },
  refuted: {
    by: 'the followers of the partition are cut off from each other',
    bounds: { election: 7 * seconds },
    says: 'is expected to lead partition 2',
  },
});

test('a partition survives the kill of its leader again and again', about, async ({ cluster, zeebe, chaos }) => {
  const partition = await cluster.partition(2);
  for (let kill = 1; kill <= 3; kill++) {
    const leader = await cluster.leaderOf(partition);
    const followers = await cluster.followersOf(partition);

    await chaos.refuter(() => chaos.cutApart(...followers));
    const fault = await chaos.terminate(leader);
    await expect(cluster).toReplaceLeader(leader, { within: about.bounds.election });
    await fault.lift();

    await expect(cluster).toBeSteady();
    await expect(zeebe).toServe({ on: partition }, { within: about.bounds.service });
  }
});
