/** A command of the test bench, run by a test or a proof as a user would run it. */
import path from 'node:path';
import { execa } from 'execa';
import { minutes } from '../helpers/wait/deadline.ts';
import { eventually } from '../helpers/wait/eventually.ts';

export interface EndedCommand {
  readonly exitCode: number | undefined;
  readonly output: string;
}

export interface Command {
  readonly pid: number;
  /** Everything that it has printed. */
  output(): string;
  /** The last lines of that, which say where it is. */
  last(): string;
  /**
   * Returns the first match in what it prints.
   *
   * @throws Error with the last that it has printed, if it ends without one, or prints none for `within` ms
   */
  until(sign: RegExp, within?: number): Promise<RegExpExecArray>;
  /**
   * Returns when it has ended by itself.
   *
   * @throws Error with the last that it has printed, if it goes on for longer than `within` ms
   */
  ended(within?: number): Promise<EndedCommand>;
  kill(signal: NodeJS.Signals): void;
}

const USUAL = 2 * minutes;

const LAST_LINES = 12;
const LAST_CHARACTERS = 4_000;

/** Starts `testbench <args>` with settings on top of this process's, in this checkout or the one that is named. */
export function testbench(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  checkout = '.',
): Command {
  const cli = path.resolve('testbench/cli.ts');
  const command = execa(process.execPath, ['--import', import.meta.resolve('tsx'), cli, ...args], {
    cwd: checkout,
    all: true,
    buffer: false,
    reject: false,
    env,
  });
  let output = '';
  let end: EndedCommand | undefined;
  command.all.on('data', (chunk: Buffer) => {
    output += String(chunk);
  });
  void command.then(({ exitCode }) => {
    end = { exitCode, output };
  });
  const last = (): string => output.slice(-LAST_CHARACTERS).trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  const wait = async <T>(what: string, value: () => T | undefined, within: number): Promise<T> =>
    eventually(() => Promise.resolve({ value: value(), seen: last() }), { within, every: 50 }).catch(
      (error: unknown) => {
        throw new Error(`\`testbench ${args.join(' ')}\` was expected to ${what}: ${(error as Error).message}`);
      },
    );
  return {
    pid: command.pid ?? Number.NaN,
    output: () => output,
    last,
    until: async (sign, within = USUAL) => {
      const match = await wait(`print ${String(sign)}`, () => sign.exec(output) ?? (end && 'ended'), within);
      if (match !== 'ended') return match;
      throw new Error(`\`testbench ${args.join(' ')}\` has ended without ${String(sign)}:\n${last()}`);
    },
    ended: (within = USUAL) => wait('end', () => end, within),
    kill: (signal) => command.kill(signal),
  };
}

/** Ends a worker with what it holds undone, or kills it if it does not come to its end; throws then. */
export async function endWorker(worker: Command): Promise<void> {
  worker.kill('SIGINT');
  await worker.ended().catch((error: unknown) => {
    worker.kill('SIGKILL');
    throw error;
  });
}
