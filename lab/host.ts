/** Whether this host can run the lab, asked before anything is touched. */
import { existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { RANGE, type Layout } from './layout.ts';

const GIB = 1024 ** 3;
const NEEDED_MEMORY_GIB = 6;
const NEEDED_DISK_GIB = 8;

/** Thrown when the lab cannot run here; the message is for a user. */
export class UnfitHost extends Error {
  override readonly name = 'UnfitHost';
  constructor(problem: string) {
    super(
      `The embedded lab cannot run on this host: ${problem} To use a cluster instead, name it: CHAOS_KUBE_CONTEXT=<context> CHAOS_NAMESPACE=<namespace>.`,
    );
  }
}

/** Checks system, user, Go, memory, disk and capabilities; throws UnfitHost with one sentence for the first that falls short. */
export async function checkHost(layout: Layout): Promise<void> {
  if (process.platform !== 'linux') throw new UnfitHost(`it needs Linux, found ${process.platform}.`);
  if (process.getuid?.() !== 0)
    throw new UnfitHost(`it needs root (network namespaces, mounts, cgroups), found user ${os.userInfo().username}.`);
  if (!existsSync('/sys/fs/cgroup')) throw new UnfitHost('it needs cgroups mounted at /sys/fs/cgroup, found none.');
  checkMemory();
  checkDisk(layout.cache);
  checkDisk(layout.state);
  await checkGo();
}

function checkMemory(): void {
  const meminfo = readFileSync('/proc/meminfo', 'utf8');
  const available = Number(/^MemAvailable:\s+(\d+)/m.exec(meminfo)?.[1]) * 1024;
  if (available < NEEDED_MEMORY_GIB * GIB)
    throw new UnfitHost(`it needs ${NEEDED_MEMORY_GIB} GiB of available memory, found ${gib(available)}.`);
}

function checkDisk(folder: string): void {
  const existing = nearestExisting(folder);
  const { bavail, bsize } = statfsSync(existing);
  if (bavail * bsize < NEEDED_DISK_GIB * GIB)
    throw new UnfitHost(`it needs ${NEEDED_DISK_GIB} GiB of free disk for ${folder}, found ${gib(bavail * bsize)}.`);
}

async function checkGo(): Promise<void> {
  const { stdout, failed } = await execa('go', ['env', 'GOVERSION'], { reject: false });
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(failed ? '' : stdout) ?? [];
  if (major === undefined) throw new UnfitHost('it needs Go 1.24 or newer on the PATH, found none.');
  if (Number(major) === 1 && Number(minor) < 24)
    throw new UnfitHost(`it needs Go 1.24 or newer, found ${stdout.trim()}.`);
}

/** Throws UnfitHost if routes of the host, named in `found`, use the lab's address range. */
export function refuseClash(found: string[]): void {
  if (found.length > 0)
    throw new UnfitHost(`it needs the address range ${RANGE} for itself, found the route ${found[0]} in it.`);
}

function nearestExisting(folder: string): string {
  return existsSync(folder) ? folder : nearestExisting(path.dirname(folder));
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}

/** Makes the folders that later steps write to. */
export function makeFolders(layout: Layout): void {
  for (const folder of [layout.logs, layout.building, layout.state, layout.volumes])
    mkdirSync(folder, { recursive: true });
}
