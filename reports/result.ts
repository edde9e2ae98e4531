/** What is written of an experiment, in results.json and all that is made of it. */
import type { Verdict } from '../helpers/verdict/verdict.ts';

export interface ExperimentResult extends Verdict {
  name: string;
  /** What the experiment was about, `Zeebe 8.5.8`; missing where it never came to ask. */
  engine?: string;
  /** Epoch milliseconds, from before the file is loaded until after its afterAll. */
  startTime: number;
  endTime: number;
  durationMs: number;
}
