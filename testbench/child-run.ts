/** One experiment in a vitest of its own, which undoes its faults by itself when this process is gone. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import type { SetUpRefusal } from '../fixtures/tell-parent.ts';
import type { ExperimentResult } from '../reports/result.ts';

export interface ChildRun {
  /** What became of the experiment; undefined where the run ended without a result of it. */
  readonly result: ExperimentResult | undefined;
  /** Why nothing was run, where the set-up refused. */
  readonly refusal: SetUpRefusal | undefined;
  readonly exitCode: number | undefined;
  /** How the process ended, in words. */
  readonly ending: string;
}

export interface RunningChild {
  readonly ended: Promise<ChildRun>;
  /** The first ends the experiment with its faults undone by itself, the second with what it held undone from the ledger. */
  interrupt(): void;
}

export interface ChildOptions {
  /** `production-m/<experiment>` */
  readonly experiment: string;
  /** Settings on top of this process's own; an empty one means none. */
  readonly env: Readonly<Record<string, string>>;
  readonly reports: string;
  readonly onLine: (line: string) => void;
}

/** Starts the experiment; the folder for reports must have nothing of an earlier run. */
export function startChild({ experiment, env, reports, onLine }: ChildOptions): RunningChild {
  let refusal: SetUpRefusal | undefined;
  const child = execa('vitest', ['run', `suites/${experiment}.test.ts`], {
    preferLocal: true,
    ipc: true,
    // Out of the terminal's foreground group: Ctrl-C is this process's to hand on, once.
    detached: true,
    all: true,
    reject: false,
    stdin: 'ignore',
    env: { ...env, CHAOS_REPORTS: reports, NO_COLOR: '1' },
  });
  child.on('message', (message) => {
    refusal = message as SetUpRefusal;
  });
  const ended = (async () => {
    for await (const line of child.iterable({ from: 'all' })) onLine(line);
    const { exitCode, signal, originalMessage } = await child;
    const how = signal ? `by ${signal}` : `with ${exitCode ?? originalMessage ?? 'nothing'}`;
    return { result: resultIn(reports), refusal, exitCode, ending: `vitest ended ${how}` };
  })();
  return { ended, interrupt: () => child.kill('SIGINT') };
}

function resultIn(reports: string): ExperimentResult | undefined {
  const file = path.join(reports, 'results.json');
  if (!existsSync(file)) return undefined;
  const { experiments } = JSON.parse(readFileSync(file, 'utf8')) as { experiments: ExperimentResult[] };
  return experiments[0];
}
