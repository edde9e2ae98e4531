/** Runs a program for the lab: marked as the lab's, its output in the logs, its failure one sentence. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import type { Layout } from './layout.ts';
import { marked } from './processes.ts';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program and returns what it printed; throws naming its exit and the last line of what it had to say. */
export async function run(
  layout: Layout,
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { cwd, env, signal } = options;
  try {
    const { stdout, all } = await execa(program, args, {
      all: true,
      env: { ...marked(layout), ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    log(layout, program, args, all);
    return stdout;
  } catch (error) {
    // execa's own type does not say what these options make of it.
    const {
      all: output = '',
      exitCode,
      originalMessage,
    } = error as { all?: string; exitCode?: number; originalMessage?: string };
    log(layout, program, args, output);
    const last = output.trim().split('\n').at(-1) ?? '';
    const ending = exitCode === undefined ? (originalMessage ?? 'was ended') : `ended with ${exitCode}`;
    throw new Error(
      `\`${program} ${args[0] ?? ''}\` was expected to succeed and ${ending}: ${last} (all of it: ${buildLog(layout)})`,
      {
        cause: error,
      },
    );
  }
}

function log(layout: Layout, program: string, args: readonly string[], output: string): void {
  appendFileSync(buildLog(layout), `$ ${[program, ...args].join(' ')}\n${output}\n`);
}

function buildLog(layout: Layout): string {
  return path.join(layout.logs, 'build.log');
}
