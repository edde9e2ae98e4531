import { experiment, expect, seconds, test } from '../../fixtures/index.ts';

const about = experiment({
  faults: ['disconnect'],
  blastRadius: 'one gateway, which reaches no broker',
  bounds: { refusal: 20 * seconds, service: 10 * seconds, recovery: 20 * seconds },
  refuted: {
    by: 'the gateway stays cut off from the leader of partition 1',
    bounds: { recovery: 10 * seconds },
    says: 'is expected to get an instance on every partition',
  },
});

test(
  'a gateway that is cut off from every broker says so and recovers, and the other gateway goes on',
  about,
  async ({ cluster, zeebe, chaos }) => {
    const { refusal, service, recovery } = about.bounds;
    const gateway = cluster.gateway();
    const other = cluster.gateway({ besides: [gateway] });
    // Before the cut: whoever asks the gateway that is cut off hears of no leader.
    const leader = await cluster.leaderOf(1);
    const cut = await chaos.isolate(gateway, { from: cluster.brokers() });
    await expect(zeebe.through(gateway)).toRefuseInstances({ within: refusal });
    await expect(zeebe.through(other)).toReachEveryPartition({ within: service });
    await chaos.refuter(() => chaos.cut(gateway, leader));
    await cut.lift();
    await expect(zeebe.through(gateway)).toReachEveryPartition({ within: recovery });
  },
);
