/** What a run works on and with: settled once in the main process, handed to every worker. */
import type { Control, Landmarks } from './settings.ts';
import type { ZeebeAccess } from './zeebe/access.ts';

export interface Run {
  readonly context: string;
  /** Undefined: KUBECONFIG or the user's own. */
  readonly kubeconfig: string | undefined;
  readonly namespace: string;
  /** How brokers and gateways are found there. */
  readonly landmarks: Landmarks;
  /** How Zeebe's API is reached. It holds secrets: no run is written down, or told on a command line, as a whole. */
  readonly access: ZeebeAccess;
  readonly toolImage: string;
  readonly workerImage: string | undefined;
  /** The Secret that gives job workers their access. */
  readonly workerSecret: string | undefined;
  readonly seed: number;
  readonly control: Control;
  /** The folder that journal and results go to. */
  readonly reports: string;
  /** Unique to the run; part of every name it makes in the cluster. */
  readonly id: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    run: Run;
  }
}
