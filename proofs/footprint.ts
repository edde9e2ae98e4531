/** What a lab uses at a moment, to see whether anything grows. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Settings } from '../helpers/settings.ts';
import { layoutOf } from '../lab/layout.ts';
import { labProcesses } from '../lab/processes.ts';
import { connectLab } from '../lab/status.ts';

export interface Footprint {
  /** Processes of the whole machine, this one's own included. */
  readonly processes: number;
  /** Mounts in the namespaces of the lab's machines. */
  readonly mounts: number;
  readonly memoryMiB: number;
  /** Pods, config maps, secrets, services, leases and volume claims of the namespace. */
  readonly objects: number;
  readonly endedToolContainers: number;
}

/** Takes the figures of the lab that is up. */
export async function measureFootprint(settings: Settings): Promise<Footprint> {
  const layout = layoutOf(settings);
  const { core, coordination } = connectLab(layout);
  const { namespace } = settings;
  const pods = await core.listNamespacedPod({ namespace });
  const others = await Promise.all([
    core.listNamespacedConfigMap({ namespace }),
    core.listNamespacedSecret({ namespace }),
    core.listNamespacedService({ namespace }),
    core.listNamespacedPersistentVolumeClaim({ namespace }),
    coordination.listNamespacedLease({ namespace }),
  ]);
  const statuses = pods.items.flatMap((pod) => pod.status?.ephemeralContainerStatuses ?? []);
  return {
    processes: readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length,
    mounts: mountsOf(labProcesses(layout)),
    memoryMiB: usedMemoryMiB(),
    objects: pods.items.length + others.reduce((sum, list) => sum + list.items.length, 0),
    endedToolContainers: statuses.filter((s) => s.state?.terminated).length,
  };
}

/** Each mount namespace once: processes share those of their machine. */
function mountsOf(pids: number[]): number {
  const tables = new Set<string>();
  for (const pid of pids) {
    try {
      tables.add(readFileSync(`/proc/${pid}/mountinfo`, 'utf8'));
    } catch {
      // The process ended meanwhile.
    }
  }
  return [...tables].reduce((sum, table) => sum + table.trim().split('\n').length, 0);
}

function usedMemoryMiB(): number {
  const meminfo = readFileSync('/proc/meminfo', 'utf8');
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1]);
  return Math.round((kib('MemTotal') - kib('MemAvailable')) / 1024);
}
