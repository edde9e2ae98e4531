/** Runs the victim in a vitest of its own and ends it as its cell says, by a real signal to a real process. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExperimentResult } from '../../reports/result.ts';
import { remember } from '../inner/inner-runs.ts';
import type { Cell, End, Moment, Victim } from './cells.ts';

export interface EndedRun {
  readonly output: string;
  /** Whether the run came to the moment in which it was to end. */
  readonly reached: boolean;
  /** What the results say of the experiment; undefined if there are none. */
  readonly result: ExperimentResult | undefined;
  /** Whether a report could be made: there is a result of the experiment for Allure. */
  readonly reported: boolean;
  /** Whether results.json says of the experiment what its own result says. */
  readonly summed: boolean;
}

/** The file, in the folder of reports, that says to a victim with a fault to hold that what was to happen has happened. */
export const ACTED = 'acted';

/** The line of the journal after which the moment begins. */
const signs: Record<Moment, RegExp> = {
  'during inject': / {2}write it into the ledger/,
  'while held': / {2}Evidence: /,
  'during lift': / {2}prove that it still holds/,
};

/** A time-out cannot be aimed at the milliseconds of an inject: it meets its preparation, after which nothing may go in. */
function signOf({ end, moment }: Cell): RegExp {
  return end === 'timeout' && moment === 'during inject' ? / {2}The fault is on its way in/ : signs[moment];
}

const COMMAND = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'proofs/leftovers/vitest.config.ts'];
const ON_TERMINAL: readonly End[] = ['Ctrl-C on a terminal', 'closed terminal'];

/** Runs a cell to its end; the run's own processes are gone when it returns, if they were to end by themselves. */
export function runCell(cell: Cell, reports: string): Promise<EndedRun> {
  return runVictim(cell, reports, signOf(cell), (run) => end(cell.end, run));
}

/** Runs the victim, with settings on top of this process's, and acts once, as soon as its output matches. */
export async function runVictim(
  victim: Victim,
  reports: string,
  when: RegExp,
  act: (run: ChildProcessWithoutNullStreams, match: RegExpExecArray) => Promise<void>,
  settings: Record<string, string> = {},
): Promise<EndedRun> {
  rmSync(reports, { recursive: true, force: true });
  const run = start(victim, { ...settings, CHAOS_REPORTS: reports });
  remember(run);
  const closed = once(run, 'close');
  let output = '';
  let acting: Promise<void> | undefined;
  const take = (chunk: Buffer): void => {
    output += String(chunk);
    const match = acting ? null : when.exec(output);
    if (!match) return;
    acting = act(run, match).finally(() => writeFileSync(path.join(reports, ACTED), ''));
    // It is awaited when the run has ended.
    acting.catch(() => undefined);
  };
  run.stdout.on('data', take);
  run.stderr.on('data', take);
  await closed;
  await acting;
  const allure = path.join(reports, 'allure-results');
  const reported = existsSync(allure) && readdirSync(allure).some((file) => file.endsWith('-result.json'));
  const result = resultIn(reports);
  const summed = summedIn(reports)?.reason === result?.reason;
  return { output, reached: acting !== undefined, result, reported, summed };
}

function start(victim: Victim, settings: Record<string, string>): ChildProcessWithoutNullStreams {
  const env = { ...process.env, ...settings, LEFTOVERS_CELL: JSON.stringify(victim), NO_COLOR: '1' };
  if (!ON_TERMINAL.some((end) => end === victim.end)) return spawn(process.execPath, COMMAND, { env, detached: true });
  const command = [process.execPath, ...COMMAND].join(' ');
  return spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { env, detached: true });
}

async function end(how: End, run: ChildProcessWithoutNullStreams): Promise<void> {
  const group = -(run.pid ?? Number.NaN);
  switch (how) {
    case 'SIGINT':
    case 'SIGTERM':
      process.kill(group, how);
      return;
    case 'second Ctrl-C':
      process.kill(group, 'SIGINT');
      await delay(300);
      process.kill(group, 'SIGINT');
      return;
    case 'Ctrl-C on a terminal':
      run.stdin.write('\x03');
      return;
    case 'closed terminal':
      await closeTerminal(run);
      return;
    case 'SIGKILL of main':
      run.kill('SIGKILL');
      return;
    case 'SIGKILL of worker':
      for (const worker of workersOf(run.pid ?? 0)) process.kill(worker, 'SIGKILL');
      return;
    case 'SIGKILL of all, then expiry':
    case 'SIGKILL of all, then heal':
      process.kill(group, 'SIGKILL');
      return;
    default:
  }
}

/** Its process is what holds the terminal; the run goes on without one, and ends by itself. */
async function closeTerminal(terminal: ChildProcessWithoutNullStreams): Promise<void> {
  const [main] = childrenOf(terminal.pid ?? 0);
  terminal.kill('SIGKILL');
  while (main !== undefined && existsSync(`/proc/${main}`)) await delay(100);
}

function workersOf(main: number): number[] {
  return childrenOf(main).filter((pid) => /vitest\/dist\/workers/.test(commandOf(pid)));
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number {
  return Number(/\) \S (\d+)/.exec(readProc(pid, 'stat'))?.[1] ?? 0);
}

/** The command line of a process, its arguments separated by NUL; empty if it has ended. */
export function commandOf(pid: number): string {
  return readProc(pid, 'cmdline');
}

/** Empty for a process that has ended meanwhile. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function summedIn(reports: string): ExperimentResult | undefined {
  const file = path.join(reports, 'results.json');
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { experiments: ExperimentResult[] }).experiments[0];
}

function resultIn(reports: string): ExperimentResult | undefined {
  const folder = path.join(reports, 'results');
  const [file] = existsSync(folder) ? readdirSync(folder) : [];
  return file === undefined
    ? undefined
    : (JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as ExperimentResult);
}
