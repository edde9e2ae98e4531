import { describe, expect, minutes, seconds, test } from '../../fixtures/index.ts';

describe('leader terminate', () => {
  test.beforeAll(async ({ cluster }) => {
    await expect(cluster).toBeSteady();
  }, 15 * minutes);

  test('another broker takes a partition over when its leader is killed', async ({ cluster, zeebe, chaos }) => {
    const leader = await cluster.leaderOf(3);
    const followers = await cluster.followersOf(3);

    await chaos.refuter(() => chaos.cut(...followers));
    const fault = await chaos.terminate(leader);

    await expect(cluster).toBeLedByAnotherThan(leader, { within: 10 * seconds });
    await expect(zeebe).toCreateInstance({ on: leader.partition }, { within: 5 * seconds });
    await fault.lift();
  });

  test.afterAll(async ({ cluster }) => {
    await expect(cluster).toBeSteady();
  }, 15 * minutes);
});
