/** The runs that a test of the framework starts: none goes on after its test, which a timeout may have ended. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { seconds } from '../../helpers/wait/deadline.ts';

/** How long a run may undo what it holds once it is asked to end; a fault's undo has 60 s. */
const TO_UNDO = 90 * seconds;

const running = new Set<ChildProcess>();

/** Remembers a run until it has ended. */
export function remember(run: ChildProcess): void {
  running.add(run);
  run.once('exit', () => running.delete(run));
}

/** Ends the runs that are still there: with SIGTERM, so that they undo what they hold, and after `toUndo` ms with SIGKILL. */
export async function endInnerRuns(toUndo = TO_UNDO): Promise<void> {
  await Promise.all([...running].map((run) => end(run, toUndo)));
}

async function end(run: ChildProcess, toUndo: number): Promise<void> {
  const ended = once(run, 'exit');
  const impatience = setTimeout(() => run.kill('SIGKILL'), toUndo);
  run.kill('SIGTERM');
  await ended;
  clearTimeout(impatience);
}
