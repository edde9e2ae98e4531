import { describe, expect, minutes, seconds, test } from '../../fixtures/index.ts';

describe('follower terminate', () => {
  test.beforeAll(async ({ cluster }) => {
    await expect(cluster).toBeSteady();
  }, 15 * minutes);

  test('a partition goes on without a pause when one of its followers is killed', async ({ cluster, zeebe, chaos }) => {
    const leader = await cluster.leaderOf(3);
    const [follower, other] = await cluster.followersOf(3);

    await chaos.refuter(() => chaos.cut(leader, other));
    const fault = await chaos.terminate(follower);
    await fault.lift();

    await expect(cluster).toStillBeLedBy(leader);
    await expect(zeebe).toHaveServed({ on: leader.partition, since: fault.since, gap: 3 * seconds });
  });

  test.afterAll(async ({ cluster }) => {
    await expect(cluster).toBeSteady();
  }, 15 * minutes);
});
