/**
 * Which process of a container serves: process 1, or the oldest child of an init, since what was orphaned is younger.
 *
 * An init has one thread, be it tini, dumb-init, a shell or the pause container; a JVM has dozens. Of a process 1 with
 * several threads that only supervises, what it supervises ends with it.
 */
import type { V1Pod } from '@kubernetes/client-node';

/** A bash function that prints its number, in a tool container that shares the container's processes; fails where there is none. */
export const SERVING = `
serving() {
  if [ "$(awk '/^Threads:/ { print $2 }' /proc/1/status)" -gt 1 ]; then echo 1; else pgrep -o -P 1; fi
}`;

/** Whether it is process 1, by the text of /proc/1/status (proc(5)). */
export function servesAsFirst(status: string): boolean {
  return Number(/^Threads:\s*(\d+)/m.exec(status)?.[1] ?? 1) > 1;
}

/** Says that the containers of a pod share one PID namespace, whose process 1 is the pause container's; undefined where each has its own. */
export function missingPidNamespace({ metadata, spec }: V1Pod): string | undefined {
  if (!spec?.shareProcessNamespace) return undefined;
  return `A PID namespace for each container of ${metadata?.name} is needed, and its pod sets shareProcessNamespace.`;
}
