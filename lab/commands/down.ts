/** Takes the lab down and leaves nothing of it but the cache with the last logs. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { execa } from 'execa';
import type { Settings } from '../../helpers/settings.ts';
import { removeCgroups } from '../cgroups.ts';
import { layoutOf, type Layout } from '../layout.ts';
import { withLock } from '../lock.ts';
import { removeNetwork } from '../network.ts';
import { endProcesses } from '../processes.ts';
import { Progress } from '../progress.ts';

/** Takes the lab down, whatever state it is in; does nothing if there is none. */
export async function down(settings: Settings): Promise<void> {
  const layout = layoutOf(settings);
  const progress = new Progress(layout.cache);
  await withLock(
    layout.state,
    () => progress.say('waiting for another `up` or `down`'),
    () => progress.phase('taking the lab down', () => tearDown(layout)),
  );
}

/**
 * Undoes every step of `up`, also of one that was killed half-way. The caller holds the lock.
 *
 * The order matters: with the processes go their namespaces, and with these every mount, route, interface and
 * container inside.
 */
export async function tearDown(layout: Layout): Promise<void> {
  await endProcesses(layout);
  await removeNetwork();
  await removeCgroups();
  await unmountBelow(layout.state);
  for (const folder of [layout.state, layout.building]) rmSync(folder, { recursive: true, force: true });
}

/** Mounts of the lab live in its machines' own namespaces; one on the host would be a bug that must not eat data. */
async function unmountBelow(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${folder}/`))
    .reverse();
  for (const point of points) await execa('umount', [point]);
}
