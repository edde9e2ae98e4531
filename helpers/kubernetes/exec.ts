/** Running a command in a container. */
import { Exec, type V1Status } from '@kubernetes/client-node';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { deadline, seconds, type Bound } from '../wait/deadline.ts';
import { reasonOf } from './apply.ts';
import type { Kubernetes } from './connection.ts';
import type { WebSocketEnd } from './web-socket-end.ts';

export interface Place {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Runs a command and returns its output and exit code, whatever that is.
 *
 * @throws Error if the command's end was not seen within the bound (default 10 s): its outcome is then unknown
 */
export async function exec(
  kubernetes: Kubernetes,
  place: Place,
  command: string[],
  bound: Partial<Bound> = {},
): Promise<CommandResult> {
  const { namespace, pod, container } = place;
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const output = Promise.all([text(stdout), text(stderr)]);
  // Nobody waits for the output of a command whose end was not seen.
  output.catch(() => undefined);
  const limit = deadline({ within: 10 * seconds, ...bound });
  try {
    const status = await new Promise<V1Status>((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(`\`${short(command)}\` in ${pod}/${container} was expected to end ${why}.`));
      // A cast, because the client takes this type from a package whose types it does not bring along.
      const connection = new Exec(kubernetes.config).exec(
        namespace,
        pod,
        container,
        command,
        stdout,
        stderr,
        null,
        false,
        resolve,
      ) as Promise<WebSocketEnd>;
      limit.onPassed((why) => {
        fail(`${why}, and did not`);
        connection.then(
          (socket) => socket.close(),
          () => undefined,
        );
      });
      connection.then(
        (socket) => socket.on('close', () => fail('with a status; the connection closed without one')),
        (error: unknown) => fail(`and could not be started: ${reasonOf(error)}`),
      );
    });
    const [out, err] = await output;
    return { stdout: out, stderr: err, exitCode: exitCodeOf(status) };
  } finally {
    limit.clear();
    // Not `end`: what still arrives before the connection is closed would then be a write after end, which nobody
    // handles; what is written to a destroyed stream is dropped.
    stdout.destroy();
    stderr.destroy();
  }
}

/** Kubernetes reports a command's exit code as a status cause named ExitCode; success has none. */
function exitCodeOf(status: V1Status): number {
  if (status.status === 'Success') return 0;
  const cause = status.details?.causes?.find((c) => c.reason === 'ExitCode')?.message;
  if (cause === undefined) throw new Error(`The command could not be run: ${status.message ?? 'no reason given'}.`);
  return Number(cause);
}

function short(command: string[]): string {
  const line = command.join(' ').replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
