/** What state the lab is in. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Kubernetes } from '../helpers/kubernetes/connection.ts';
import { CONTEXT, type Layout } from './layout.ts';
import { labProcesses } from './processes.ts';

/** What the lab was brought up with. */
export interface Running {
  readonly plan: string;
  readonly namespace: string;
  /** What runs on it: `Zeebe 8.5.8`. */
  readonly engine: string;
  readonly hyperkube: string;
  readonly imageStore: string;
}

export type Status =
  | { readonly state: 'down' }
  | { readonly state: 'partial'; readonly why: string }
  | { readonly state: 'up'; readonly running: Running };

/**
 * Asks processes first: when the lab is down nothing may call its addresses.
 */
export async function statusOf(layout: Layout): Promise<Status> {
  const alive = labProcesses(layout).length > 0;
  const running = readRunning(layout);
  if (!alive && !existsSync(layout.state)) return { state: 'down' };
  if (!alive) return { state: 'partial', why: 'its folder is there and none of its processes is' };
  if (!running) return { state: 'partial', why: 'it never came up in whole' };
  if (!(await isServing(layout))) return { state: 'partial', why: 'its API server does not answer' };
  return { state: 'up', running };
}

/** Connects to the lab's API server as its administrator. */
export function connectLab(layout: Layout): Kubernetes {
  return connect(CONTEXT, layout.kubeconfig);
}

/** Whether the lab's API server says that it is ready. */
export async function isServing(layout: Layout): Promise<boolean> {
  try {
    return await connectLab(layout).health.readyz({});
  } catch {
    return false;
  }
}

/** Records that the lab is up, as the last step of coming up. */
export function writeRunning(layout: Layout, running: Running): void {
  writeFileSync(layout.ready, JSON.stringify(running, null, 2));
}

function readRunning(layout: Layout): Running | undefined {
  if (!existsSync(layout.ready)) return undefined;
  return JSON.parse(readFileSync(layout.ready, 'utf8')) as Running;
}
