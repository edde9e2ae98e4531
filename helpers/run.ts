/** What a run works on and with: settled once in the main process, handed to every worker. */
import type { Control } from './settings.ts';

export interface Run {
  readonly context: string;
  /** Undefined: KUBECONFIG or the user's own. */
  readonly kubeconfig: string | undefined;
  readonly namespace: string;
  readonly toolImage: string;
  readonly workerImage: string | undefined;
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
