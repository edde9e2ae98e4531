/** Whether the lab's nodes are there. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { V1Node } from '@kubernetes/client-node';
import type { Kubernetes } from '../helpers/kubernetes/connection.ts';
import { eventually } from '../helpers/wait/eventually.ts';
import { NODES, type Layout } from './layout.ts';

/** How many lines of each log of a node that is not ready are told. */
const LINES = 5;

/**
 * Returns when every node is ready: what is scheduled before shares the nodes that are, and stays there.
 *
 * @param within ms
 * @throws Error naming the nodes that are not, with the ends of their logs, which the next start of the lab removes
 */
export async function untilNodesReady(kubernetes: Kubernetes, layout: Layout, within: number): Promise<void> {
  let away: readonly string[] = [];
  const ready = async () => {
    const { items } = await kubernetes.core.listNode();
    away = NODES.map(({ name }) => name).filter((name) => !items.some((node) => isReady(node, name)));
    return { value: away.length === 0 || undefined, seen: `${away.join(', ')} not ready` };
  };
  await eventually(ready, { within }).catch((error: unknown) => {
    const logs = away.flatMap((name) => ['boot', 'containerd', 'kubelet'].map((of) => `${name}-${of}.log`));
    const ends = logs.map((log) => `${log}:\n${endOf(path.join(layout.logs, log))}`).join('\n');
    throw new Error(`The lab's nodes were expected to be ready: ${String(error)}\n${ends}`, { cause: error });
  });
}

function endOf(log: string): string {
  return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LINES).join('\n') : 'is not there';
}

function isReady({ metadata, status }: V1Node, name: string): boolean {
  return (
    metadata?.name === name && !!status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}
