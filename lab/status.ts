/** What state the lab is in. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Kubernetes } from '../helpers/kubernetes/connection.ts';
import type { Shape } from '../helpers/settings.ts';
import { seconds } from '../helpers/wait/deadline.ts';
import { eventually } from '../helpers/wait/eventually.ts';
import { CONTEXT, type Layout } from './layout.ts';
import { labProcesses } from './processes.ts';

/** The plan of a lab whose Zeebe is being replaced. */
export const NO_PLAN = 'no plan';

/** What the lab was brought up with. */
export interface Running {
  readonly plan: string;
  readonly namespace: string;
  readonly shape: Shape;
  /** What runs on it: `zeebe-chaos-engine 0.1.0`, `Zeebe 8.5.8`. */
  readonly engine: string;
  /** The engine's image; its tag tells one build from another. */
  readonly image: string;
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
  // A lab that is not whole is taken down: one answer is not enough for that.
  const serving = async () => ({ value: (await isServing(layout)) || undefined, seen: 'no answer' });
  const serves = await eventually(serving, { within: 10 * seconds }).catch(() => false);
  if (!serves) return { state: 'partial', why: 'its API server did not say for 10 s that it is ready' };
  return { state: 'up', running };
}

/** Connects to the lab's API server as its administrator. */
export function connectLab(layout: Layout): Kubernetes {
  return connect(CONTEXT, layout.kubeconfig);
}

/** Whether the lab's API server says within 2 s that it is ready. */
export async function isServing(layout: Layout): Promise<boolean> {
  try {
    return await connectLab(layout).health.readyz({ signal: AbortSignal.timeout(2 * seconds) });
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
  // One that was brought up before there were shapes has the usual one.
  return { shape: 'usual', ...(JSON.parse(readFileSync(layout.ready, 'utf8')) as Omit<Running, 'shape'>) };
}
