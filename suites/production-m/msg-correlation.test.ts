import { experiment, expect, seconds, test } from '../../fixtures/index.ts';

// Commands between partitions may be lost while a leader changes. Zeebe 8.5 looks every 30 s for those that are 10 s old
// (PendingProcessMessageSubscriptionChecker).
const resent = 40 * seconds;

const about = experiment({
  faults: ['terminate'],
  blastRadius: 'the leader of partition 1, until it is ready again',
  alsoSeen: 'another broker leads after it',
  bounds: { election: 15 * seconds, correlation: resent + 5 * seconds },
  refuted: {
    by: 'another instance takes the message',
    bounds: { correlation: 5 * seconds },
    says: 'is expected to receive message',
  },
});

test(
  'a message published before its partition loses its leader is correlated afterwards, and once',
  about,
  async ({ cluster, zeebe, chaos }) => {
    const { election, correlation: within } = about.bounds;
    const leader = await cluster.leaderOf(1);
    const message = await zeebe.publishMessage({ on: leader.partition });

    const fault = await chaos.terminate(leader);
    await expect(cluster).toReplaceLeader(leader, { within: election });
    await fault.lift();

    await chaos.refuter(() => expect(zeebe).toReceive(message, { within: resent + 5 * seconds }));
    await expect(zeebe).toReceive(message, { within });
    await expect(zeebe).toHaveUsedUp(message, { within });
  },
);
