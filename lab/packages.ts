/** The Debian packages the lab stands on. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { UnfitHost } from './host.ts';
import type { Progress } from './progress.ts';

/** Each package with the program or file that tells whether it is there, so that a hand-installed one counts as well. */
const needed: Record<string, string> = {
  containerd: 'containerd',
  runc: 'runc',
  'containernetworking-plugins': '/usr/lib/cni/ptp',
  nftables: 'nft',
  iptables: 'iptables',
  conntrack: 'conntrack',
  buildah: 'buildah',
  mmdebstrap: 'mmdebstrap',
  'busybox-static': '/bin/busybox',
  tini: '/usr/bin/tini-static',
  iproute2: 'ip',
  openssl: 'openssl',
};

/** What is installed on the host where it is missing. */
export const HOST_PACKAGES = Object.keys(needed);

/**
 * Installs what is missing after saying so.
 *
 * @throws UnfitHost with one exact command when installs are switched off or the host has no apt-get.
 */
export async function ensurePackages(progress: Progress, mayInstall: boolean): Promise<void> {
  const missing = HOST_PACKAGES.filter((name) => !isThere(needed[name] ?? name));
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!mayInstall) throw new UnfitHost(`Debian packages are missing and installs are switched off; run: ${command}.`);
  if (!isThere('apt-get'))
    throw new UnfitHost(`it needs ${missing.join(', ')}, and there is no apt-get to install them with.`);
  await progress.phase(`installing Debian packages ${missing.join(' ')}`, () => installPackages(missing));
}

/** Installs Debian packages, with a look at what there is now; throws what apt-get says. */
export async function installPackages(names: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await execa('apt-get', ['update'], { env });
  await execa('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env });
}

function isThere(program: string): boolean {
  if (path.isAbsolute(program)) return existsSync(program);
  // A user's PATH may lack the system folders in which nft and conntrack live.
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(path.join(folder, program)));
}
