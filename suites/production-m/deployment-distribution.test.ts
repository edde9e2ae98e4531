import { describe, expect, minutes, seconds, test } from '../../fixtures/index.ts';

describe('deployment distribution', () => {
  test.beforeAll(async ({ cluster }) => {
    await expect(cluster).toBeSteady();
  }, 15 * minutes);

  test('a deployment made while two leaders are cut off from each other reaches every partition', async ({
    cluster,
    zeebe,
    chaos,
  }) => {
    const [deployer, other] = await cluster.leadersOnDifferentBrokers({ first: 1 });
    const cut = await chaos.disconnect(deployer, other);

    const { key, version, processId } = await zeebe.deployVersions('multi-version', { count: 10 });
    await expect(zeebe).toLackDefinition({ key, on: other.partition });
    await chaos.refuter(() => chaos.disconnect(deployer, other, { direction: 'one-way' }));
    await cut.lift();

    for (const on of await cluster.partitions())
      await expect(zeebe).toCompleteInstance({ process: processId, version, on }, { within: cut.held + 15 * seconds });
  });

  test.afterAll(async ({ cluster }) => {
    await expect(cluster).toBeSteady();
  }, 15 * minutes);
});
