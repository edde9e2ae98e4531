/** The last line that tells how far an experiment is, kept in its job's process. */
import { seconds } from '../helpers/wait/deadline.ts';
import type { Job, ZeebeClient } from '../helpers/zeebe/client.ts';
import type { BenchProgress } from './outcome.ts';

const TELLING = /\] ((?:Action|Probe|Evidence|Client load|Clients)\b.*)/;

/** Sets the variable `progress` at most once a second, always to the newest line. */
export class ToldProgress {
  readonly #client: ZeebeClient;
  readonly #job: Job;
  readonly #of: Omit<BenchProgress, 'line'>;
  #line: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: ZeebeClient, job: Job, of: Omit<BenchProgress, 'line'>) {
    this.#client = client;
    this.#job = job;
    this.#of = of;
  }

  /** Takes a line of the experiment's output, and keeps it if it tells something. */
  take(line: string): void {
    const told = TELLING.exec(line)?.[1];
    if (told === undefined) return;
    this.#line = told;
    this.#timer ??= setTimeout(() => void this.#tell(), 1 * seconds);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  async #tell(): Promise<void> {
    this.#timer = undefined;
    const progress = { ...this.#of, line: this.#line };
    // Progress that does not arrive is no reason to end anything: the next does, or the job is lost, which is seen there.
    await this.#client
      .setVariables(this.#job.elementInstanceKey, { progress }, { within: 5 * seconds })
      .catch(() => undefined);
  }
}
