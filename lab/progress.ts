/** Tells how far a long piece of work is: what is being done, for how long, and how long it took last time. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

type Durations = Record<string, number>;

export class Progress {
  readonly #file: string;
  readonly #out: NodeJS.WriteStream;
  readonly #running = new Map<string, number>();
  #ticker: NodeJS.Timeout | undefined;

  /** @param folder where the durations of earlier runs are kept, in `durations.json` */
  constructor(folder: string, out: NodeJS.WriteStream = process.stderr) {
    this.#file = path.join(folder, 'durations.json');
    this.#out = out;
  }

  /** Runs `work` as a named phase and returns its result; phases may overlap. */
  async phase<T>(title: string, work: () => Promise<T>): Promise<T> {
    const start = Date.now();
    this.#running.set(title, start);
    const last = this.#durations()[title];
    this.#line(`${title} …${last === undefined ? '' : ` (last time ${seconds(last)})`}`);
    this.#tick();
    try {
      const result = await work();
      this.#end(title, `${title}: ${seconds(Date.now() - start)}`);
      this.#remember(title, Date.now() - start);
      return result;
    } catch (error) {
      this.#end(title, `${title}: failed after ${seconds(Date.now() - start)}`);
      throw error;
    }
  }

  /** Prints one line between the phases. */
  say(message: string): void {
    this.#line(message);
  }

  #end(title: string, line: string): void {
    this.#running.delete(title);
    this.#line(line);
    if (this.#running.size === 0) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    }
  }

  #line(text: string): void {
    this.#out.write(`${this.#out.isTTY ? '\r\x1b[K' : ''}lab: ${text}\n`);
  }

  #tick(): void {
    if (!this.#out.isTTY || this.#ticker) return;
    this.#ticker = setInterval(() => {
      const now = Date.now();
      const parts = [...this.#running].map(([title, start]) => `${title} ${seconds(now - start)}`);
      const width = this.#out.columns;
      this.#out.write(`\r\x1b[K${`     ${parts.join(' · ')}`.slice(0, width - 1)}`);
    }, 500);
    this.#ticker.unref();
  }

  #durations(): Durations {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as Durations;
    } catch {
      return {};
    }
  }

  #remember(title: string, took: number): void {
    mkdirSync(path.dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify({ ...this.#durations(), [title]: took }, null, 2));
  }
}

function seconds(ms: number): string {
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
