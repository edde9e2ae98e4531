/** A cgroup for each node, below which its kubelet keeps its pods; without it one kubelet collects another's pods. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UnfitHost } from './host.ts';
import { NODES, PREFIX } from './layout.ts';

const ROOT = '/sys/fs/cgroup';

/** Whether the host has the unified hierarchy (cgroup v2) only. */
function isUnified(): boolean {
  return existsSync(path.join(ROOT, 'cgroup.controllers'));
}

/** The roots of all hierarchies: one on cgroup v2, one a controller on v1. */
function hierarchies(): string[] {
  if (isUnified()) return [ROOT];
  return readdirSync(ROOT)
    .map((name) => path.join(ROOT, name))
    .filter((folder) => statSync(folder).isDirectory() && existsSync(path.join(folder, 'cgroup.procs')));
}

/** The kubelet's `cgroupRoot` for a node. */
export function cgroupRootOf(node: string): string {
  return `/${PREFIX}/${node}`;
}

/** Makes the cgroups of all nodes, with the parent's processors and memory nodes where the kernel does not inherit them. */
export function makeCgroups(): void {
  for (const root of hierarchies()) {
    for (const folder of [path.join(root, PREFIX), ...NODES.map((n) => path.join(root, PREFIX, n.name))]) {
      mkdirSync(folder, { recursive: true });
      if (isUnified()) delegate(path.dirname(folder));
      else inheritCpuset(folder);
    }
  }
}

function delegate(folder: string): void {
  const read = (file: string): string[] => readFileSync(path.join(folder, file), 'utf8').trim().split(/\s+/);
  const delegated = read('cgroup.subtree_control');
  for (const controller of read('cgroup.controllers').filter((c) => !delegated.includes(c))) {
    try {
      writeFileSync(path.join(folder, 'cgroup.subtree_control'), `+${controller}`);
    } catch (error) {
      throw new UnfitHost(
        `it needs the cgroup controller ${controller} below ${folder}, and the kernel does not hand it on (cgroups(7), "no internal processes").`,
        { cause: error },
      );
    }
  }
}

function inheritCpuset(folder: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const own = path.join(folder, file);
    if (existsSync(own) && readFileSync(own, 'utf8').trim() === '')
      writeFileSync(own, readFileSync(path.join(folder, '..', file), 'utf8'));
  }
}

/** Removes the lab's cgroups, children first; throws if the kernel still holds one busy after 10 s. */
export async function removeCgroups(): Promise<void> {
  for (const root of hierarchies()) {
    const top = path.join(root, PREFIX);
    const deadline = Date.now() + 10_000;
    while (existsSync(top)) {
      try {
        removeTree(top);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(50);
      }
    }
  }
}

function removeTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeTree(path.join(folder, entry.name));
  rmdirSync(folder);
}
