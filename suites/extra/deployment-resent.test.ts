import { experiment, expect, seconds, test } from '../../fixtures/index.ts';

// What waits on an established connection would arrive with the lift. Zeebe 8.5 gives such a connection up after about 3 s,
// the lab's engine after 5 s; what is lost then is sent again 10 to 20 s after the deployment, and 10 s after that.
const givenUp = 12 * seconds;
const sentAgain = 20 * seconds;

const about = experiment({
  faults: ['disconnect'],
  blastRadius: 'the link between two leaders, held for 12 s',
  alsoSeen: 'both still lead',
  bounds: { hold: givenUp, gap: 5 * seconds, arrival: sentAgain + 5 * seconds },
  refuted: {
    by: 'one direction between the two stays cut',
    says: 'is expected to complete on partition',
  },
});

test(
  'a deployment that was lost between two leaders that were cut off from each other is sent again',
  about,
  async ({ cluster, zeebe, chaos }) => {
    const { hold, gap, arrival } = about.bounds;
    const [deployer, other] = await cluster.leadersOnDifferentBrokers({ first: 1 });
    const cut = await chaos.disconnect(deployer, other);

    const { key, version, processId } = await zeebe.deployVersions('multi-version', { count: 1 });
    await expect(zeebe).toKeepServing({ on: [deployer.partition, other.partition], for: hold, gap });
    await expect(zeebe).toLackDefinition({ key, on: other.partition });
    await chaos.refuter(() => chaos.disconnect(deployer, other, { direction: 'one-way' }));
    await cut.lift();

    const instance = { process: processId, version, on: other.partition };
    await expect(zeebe).toCompleteInstance(instance, { within: arrival });
  },
);
