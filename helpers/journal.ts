/** The timestamped story of a run: one event a line, for people on the terminal and as JSON lines on disk. */
import { appendFileSync, mkdirSync, writeSync } from 'node:fs';
import path from 'node:path';
import { spell } from './wait/deadline.ts';

export type Level = 'INFO' | 'WARN' | 'ERROR';

/** The parts of an experiment, so that one sees where its time goes; each line of a step says which it belongs to. */
export type Phase =
  | 'steady before'
  | 'rebalance'
  | 'client load'
  | 'prepare'
  | 'inject'
  | 'claim'
  | 'lift'
  | 'recover'
  | 'settle'
  | 'steady between'
  | 'steady after';

export class Journal {
  readonly #file: string | undefined;
  readonly #context: Readonly<Record<string, unknown>>;
  readonly #say: (line: string) => void;

  /**
   * @param file JSON lines are appended to it; undefined keeps the journal on the terminal
   * @param context goes into every JSON line: run, experiment
   * @param say takes the lines for people; the terminal unless told
   */
  constructor(
    file: string | undefined,
    context: Readonly<Record<string, unknown>> = {},
    say: (line: string) => void = toTerminal,
  ) {
    this.#file = file;
    this.#context = context;
    this.#say = say;
    if (file) mkdirSync(path.dirname(file), { recursive: true });
  }

  /** Writes one event. */
  write(message: string, fields: Readonly<Record<string, unknown>> = {}, level: Level = 'INFO'): void {
    const now = new Date();
    // On disk first: whoever reads it on the terminal, and ends this process, finds it there.
    if (this.#file) this.#append(this.#file, { time: now.toISOString(), level, message, ...this.#context, ...fields });
    this.#say(`[${localTime(now)} ${level}] ${message}\n`);
  }

  /** Writes down what is for the report and not for people, on disk only. */
  note(fields: Readonly<Record<string, unknown>>): void {
    if (this.#file) this.#append(this.#file, { time: new Date().toISOString(), ...this.#context, ...fields });
  }

  /** A full disk is told and goes by: what writes may be the undo of a fault, which nothing may stop. */
  #append(file: string, line: object): void {
    try {
      appendFileSync(file, `${toJson(line)}\n`);
    } catch (error) {
      this.#say(
        `The journal's line could not be written to ${file}: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
  }

  /** Runs a step and writes down what became of it, with the time it took and the phase it belongs to, if any. */
  async phase<T>(title: string, work: () => Promise<T>, phase?: Phase): Promise<T> {
    const start = performance.now();
    const of = phase === undefined ? {} : { phase };
    try {
      const result = await work();
      const tookMs = Math.round(performance.now() - start);
      this.write(`${title} (${spell(tookMs)})`, { tookMs, ...of });
      return result;
    } catch (error) {
      const tookMs = Math.round(performance.now() - start);
      this.write(
        `${title}: ${error instanceof Error ? error.message : String(error)} (${spell(tookMs)})`,
        { tookMs, ...of },
        'ERROR',
      );
      throw error;
    }
  }

  /** Writes down what proved a fault, or that it is gone. */
  evidence(of: string, evidence: Readonly<Record<string, unknown>>): void {
    this.write(
      `  Evidence: ${Object.entries(evidence)
        .map(([name, value]) => `${name}: ${plain(value)}`)
        .join(' · ')}`,
      { of, evidence },
    );
  }
}

/** JSON with 64-bit keys as strings, since JSON's readers have no 64-bit number. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? v.toString() : v));
}

/** Straight to the descriptor: a test runner prefixes and delays what goes through the console. */
function toTerminal(line: string): void {
  const bytes = Buffer.from(line);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(1, bytes, written);
  } catch (error) {
    // A pipe whose reader is slow takes the rest later. One whose reader is gone (EPIPE) takes nothing, and nothing may
    // stop for that, least of all an undo: the line is on disk.
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') process.stdout.write(bytes.subarray(written));
  }
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : toJson(value);
}

function localTime(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}
