import { expect } from 'vitest';
import { compactedFollowerTest } from '../../../fixtures/compacted-follower.ts';
import { minutes, seconds } from '../../wait/deadline.ts';
import { eventually } from '../../wait/eventually.ts';
import { exec } from '../../kubernetes/exec.ts';
import { makeReady } from '../../chaos/fault.ts';
import { contextOf } from '../../chaos/fault-kind.ts';
import { snapshotCorruption } from './snapshot-corruption.ts';

compactedFollowerTest(
  "a snapshot that is another user's is damaged and mended as that user",
  { timeout: 5 * minutes },
  async ({ cluster, victim: { follower, containersWith } }) => {
    const { kubernetes, namespace } = cluster;
    const place = { namespace, pod: follower.name, container: follower.container };
    const chown = (user: string) => exec(kubernetes, place, ['chown', '-R', user, '/usr/local/zeebe/data']);
    expect(await chown('1001')).toMatchObject({ exitCode: 0 });
    const fault = snapshotCorruption.make(contextOf(cluster, containersWith()), follower, 3);
    await makeReady(fault);
    await fault.inject();
    await fault.prove();

    await fault.undo();
    expect(await fault.proveGone()).toMatchObject({ 'its files': 'as before' });
    expect(await chown('0')).toMatchObject({ exitCode: 0 });
  },
);

compactedFollowerTest(
  'a file that is put back and taken out again was not out all the time',
  { timeout: 5 * minutes },
  async ({ cluster, victim: { follower, containersWith, files } }) => {
    const fault = snapshotCorruption.make(contextOf(cluster, containersWith()), follower, 3);
    await makeReady(fault);
    await fault.inject();
    await fault.prove();
    const { snapshot, 'file taken out': file } = await fault.prove();

    const others = await files(containersWith(), follower);
    await others.run(`
cd "$1/snapshots/${snapshot}" && aside=$(ls -d /data/zeebe-chaos-* /data/*/zeebe-chaos-* 2>/dev/null)
mv "$aside/${file}" . && mv "${file}" "$aside/"`);
    await expect(fault.prove()).rejects.toThrow(`the files of snapshot ${snapshot} were changed meanwhile`);

    await fault.undo();
    expect(await fault.proveGone()).toMatchObject({ 'its files': 'as before' });
  },
);

compactedFollowerTest(
  'the file is put back by itself when the runner has stopped renewing, and whoever counted on it is told',
  { timeout: 5 * minutes },
  async ({ cluster, victim: { follower, containersWith, files } }) => {
    const before = await (await files(containersWith(), follower)).newestSnapshot();
    const fault = snapshotCorruption.make(
      contextOf(cluster, containersWith({ expires: 25 * seconds, every: 1e9 })),
      follower,
      3,
    );
    await makeReady(fault);
    await fault.inject();

    const others = await files(containersWith(), follower);
    const back = async () => {
      const { checksum, id } = (await others.newestSnapshot()) ?? {};
      return { value: checksum === before?.checksum || undefined, seen: `${id} ${checksum}` };
    };
    await eventually(back, { within: 45 * seconds });
    // The container that has put it back ends, and for a moment nobody knows.
    const proof = () =>
      fault.prove().then(
        () => ({ value: undefined, seen: 'proven' }),
        (error: unknown) => ({
          value: String(error).includes('and it is as before') || undefined,
          seen: String(error),
        }),
      );
    await eventually(proof, { within: 15 * seconds });

    await fault.undo();
    expect(await fault.proveGone()).toMatchObject({ 'its files': 'as before' });
  },
);
