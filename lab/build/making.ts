/** What every step of a build is given. */
import type { Layout } from '../layout.ts';
import type { Progress } from '../progress.ts';

export interface Making {
  readonly layout: Layout;
  readonly progress: Progress;
  /** Fires when another step has failed, so that a long one does not go on for nothing. */
  readonly signal: AbortSignal;
}
