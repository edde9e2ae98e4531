/** Whether this host can run the lab, asked before anything is touched. */
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { RANGE, type Layout } from './layout.ts';
import { clashes } from './network.ts';

const GIB = 1024 ** 3;
const NEEDED_MEMORY = 6 * GIB;
const NEEDED_DISK = 8 * GIB;

/** What was found on a host. */
export interface HostFacts {
  readonly platform: string;
  readonly user: string;
  readonly isRoot: boolean;
  readonly hasCgroups: boolean;
  /** Bytes. */
  readonly availableMemory: number;
  /** Bytes free where each of the lab's folders is or will be. */
  readonly freeDisk: Readonly<Record<string, number>>;
  /** What `go env GOVERSION` prints, such as go1.24.3; empty without Go. */
  readonly goVersion: string;
  /** Routes of others in the lab's address range. */
  readonly clashingRoutes: readonly string[];
}

/** Thrown when the lab cannot run here; the message is for a user. */
export class UnfitHost extends Error {
  override readonly name = 'UnfitHost';
  constructor(problem: string, options?: ErrorOptions) {
    super(
      `The embedded lab cannot run on this host: ${problem} To use a cluster instead, name it: CHAOS_KUBE_CONTEXT=<context> CHAOS_NAMESPACE=<namespace>.`,
      options,
    );
  }
}

/** Throws UnfitHost with one sentence for the first thing that falls short. */
export async function checkHost(layout: Layout, look: { memory: boolean }): Promise<void> {
  if (process.platform !== 'linux') throw new UnfitHost(`it needs Linux, found ${process.platform}.`);
  const facts = await lookAtHost(layout);
  const problem = whatFallsShort(look.memory ? facts : { ...facts, availableMemory: Infinity });
  if (problem) throw new UnfitHost(problem);
}

/** One sentence for the first fact that keeps the lab from running; undefined if none does. */
export function whatFallsShort(facts: HostFacts): string | undefined {
  if (facts.platform !== 'linux') return `it needs Linux, found ${facts.platform}.`;
  if (!facts.isRoot) return `it needs root (network namespaces, mounts, cgroups), found user ${facts.user}.`;
  if (!facts.hasCgroups) return 'it needs cgroups mounted at /sys/fs/cgroup, found none.';
  if (facts.availableMemory < NEEDED_MEMORY)
    return `it needs ${gib(NEEDED_MEMORY)} of available memory, found ${gib(facts.availableMemory)}.`;
  for (const [folder, free] of Object.entries(facts.freeDisk))
    if (free < NEEDED_DISK) return `it needs ${gib(NEEDED_DISK)} of free disk for ${folder}, found ${gib(free)}.`;
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(facts.goVersion) ?? [];
  if (major === undefined) return 'it needs Go 1.24 or newer on the PATH, found none.';
  if (Number(major) === 1 && Number(minor) < 24) return `it needs Go 1.24 or newer, found ${facts.goVersion}.`;
  const [route] = facts.clashingRoutes;
  if (route !== undefined) return `it needs the address range ${RANGE} for itself, found the route ${route} in it.`;
  return undefined;
}

async function lookAtHost(layout: Layout): Promise<HostFacts> {
  const go = await execa('go', ['env', 'GOVERSION'], { reject: false });
  return {
    platform: process.platform,
    user: os.userInfo().username,
    isRoot: process.getuid?.() === 0,
    hasCgroups: existsSync('/sys/fs/cgroup'),
    availableMemory: Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024,
    freeDisk: Object.fromEntries([layout.cache, layout.state].map((folder) => [folder, freeAt(folder)])),
    goVersion: go.failed ? '' : go.stdout.trim(),
    clashingRoutes: await clashes(),
  };
}

function freeAt(folder: string): number {
  if (!existsSync(folder)) return freeAt(path.dirname(folder));
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function gib(bytes: number): string {
  return `${Number((bytes / GIB).toFixed(1))} GiB`;
}
