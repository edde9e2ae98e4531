import { expect } from 'vitest';
import { compactedFollowerTest } from '../../../fixtures/compacted-follower.ts';
import { minutes } from '../../wait/deadline.ts';
import { makeReady } from '../../chaos/fault.ts';
import { contextOf } from '../../chaos/fault-kind.ts';
import { snapshotCorruption } from './snapshot-corruption.ts';

compactedFollowerTest(
  'a snapshot whose file cannot be put back is made anew by the leader',
  { timeout: 5 * minutes },
  async ({ cluster, victim: { follower, containersWith, files } }) => {
    const containers = containersWith();
    const fault = snapshotCorruption.make(contextOf(cluster, containers), follower, 3);
    await makeReady(fault);
    await fault.inject();
    await fault.prove();
    await (await files(containers, follower)).run('rm -rf "${1%/raft-partition/*}"/zeebe-chaos-*');

    await fault.undo();

    expect(await fault.proveGone()).toMatchObject({ 'its files': 'new', role: 'FOLLOWER' });
  },
);
