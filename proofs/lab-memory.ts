/** What a lab holds in memory, whatever else the machine does. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Layout } from '../lab/layout.ts';
import { labProcesses } from '../lab/processes.ts';

/** MiB of the lab's processes and of those in its pods, what they share counted once (Pss, proc(5)); not the page cache. */
export function labMemoryMiB(layout: Layout): number {
  const parents = new Map(pids().map((pid) => [pid, parentOf(pid)]));
  const lab = new Set(labProcesses(layout));
  // A pod's processes carry no mark of the lab; their ancestors do.
  const isOfLab = (pid: number | undefined): boolean =>
    pid !== undefined && (lab.has(pid) || isOfLab(parents.get(pid)));
  const kib = [...parents.keys()].filter(isOfLab).reduce((sum, pid) => sum + pssOf(pid), 0);
  return Math.round(kib / 1024);
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function parentOf(pid: number): number | undefined {
  const parent = /\) \S (\d+)/.exec(read(pid, 'stat'))?.[1];
  return parent === undefined || parent === '0' ? undefined : Number(parent);
}

function pssOf(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0);
}

/** Empty for a process that has ended meanwhile. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
