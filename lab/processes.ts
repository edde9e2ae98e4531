/** The lab's processes, known by a mark in their environment, so that none is lost when an `up` is killed half-way. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Layout } from './layout.ts';

const MARK = 'ZEEBE_CHAOS_LAB';

/** The environment for every process of the lab. */
export function marked(layout: Layout): Record<string, string> {
  return { [MARK]: layout.state };
}

/**
 * Ids of the processes that carry this lab's mark, this process and its ancestors left out.
 *
 * Processes in containers carry no mark; they end with their machine, whose PID namespace they live in.
 */
export function labProcesses(layout: Layout): number[] {
  const spared = ancestors();
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => !spared.has(pid) && environmentOf(pid).includes(`${MARK}=${layout.state}`));
}

/** Ends every process of the lab and waits until they are gone; throws if one is still there after 10 s. */
export async function endProcesses(layout: Layout): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (let pids = labProcesses(layout); pids.length > 0; pids = labProcesses(layout)) {
    if (Date.now() > deadline)
      throw new Error(
        `Processes ${pids.join(', ')} of the lab were expected to end within 10 s of SIGKILL and are still there.`,
      );
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended between the look and the signal.
      }
    }
    await delay(50);
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function ancestors(): Set<number> {
  const found = new Set<number>();
  for (let pid = process.pid; pid > 1 && !found.has(pid); pid = parentOf(pid)) found.add(pid);
  return found;
}

function parentOf(pid: number): number {
  try {
    // proc(5): the fields after the command name, which may itself hold parentheses.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
