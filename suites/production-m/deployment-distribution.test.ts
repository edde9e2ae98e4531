import { experiment, expect, seconds, test } from '../../fixtures/index.ts';

// A distribution that found no connection is sent again 10 to 20 s after the deployment, then 10, 20, 40 s later
// (Zeebe 8.5, CommandRedistributor); one that waits on an established connection arrives with the lift.
const sentAgain = 20 * seconds;

const about = experiment({
  faults: ['disconnect'],
  blastRadius: 'the link between two leaders, held for under 15 s',
  alsoSeen: 'both still lead',
  bounds: { arrival: sentAgain + 5 * seconds },
  refuted: {
    by: 'one direction between the two stays cut',
    bounds: { arrival: 10 * seconds },
    says: 'is expected to complete on partition',
  },
});

test(
  'a deployment made while two leaders are cut off from each other reaches every partition',
  about,
  async ({ cluster, zeebe, chaos }) => {
    const [deployer, other] = await cluster.leadersOnDifferentBrokers({ first: 1 });
    const cut = await chaos.disconnect(deployer, other);

    const { key, version, processId } = await zeebe.deployVersions('multi-version', { count: 10 });
    await expect(zeebe).toLackDefinition({ key, on: other.partition });
    await chaos.refuter(() => chaos.disconnect(deployer, other, { direction: 'one-way' }));
    await cut.lift();

    const end = performance.now() + cut.held + about.bounds.arrival;
    for (const on of await cluster.partitions())
      await expect(zeebe).toCompleteInstance({ process: processId, version, on }, { within: end - performance.now() });
  },
);
