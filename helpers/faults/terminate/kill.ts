/** SIGKILL for the process that serves in a container, from a tool container that shares its processes. */
import type { Capability, ToolContainer } from '../../kubernetes/tool-container.ts';
import { ExperimentInvalid } from '../../verdict/errors.ts';
import { SERVING } from '../serving-process.ts';

/** What kills the child of an init: to signal a process of another user. */
export const KILL_CHILD: readonly Capability[] = ['KILL'];

/** What kills process 1: to trace a process of another user. */
export const KILL_FIRST: readonly Capability[] = ['SYS_PTRACE'];

/** A process as it was read. */
export interface Serving {
  readonly pid: number;
  /** Its number, and what tells it from another that has this later: since when it runs (proc(5), stat: the 22nd field, the second is a name). */
  readonly mark: string;
}

/** What a tool container may that kills this process. */
export function toKill({ pid }: Serving): readonly Capability[] {
  return pid === 1 ? KILL_FIRST : KILL_CHILD;
}

const MARK = `${SERVING}
mark() { pid=$(serving) && echo "$pid $(sed 's/.*) //' "/proc/$pid/stat" | cut -d' ' -f20)"; }
`;

/** Reads which process serves; throws ExperimentInvalid where there is none. */
export async function servingIn(tools: ToolContainer, container: string): Promise<Serving> {
  const { exitCode, stdout } = await tools.run(`${MARK}mark`);
  const mark = stdout.trim();
  if (exitCode !== 0)
    throw new ExperimentInvalid(
      `Container ${container} of ${tools.pod.name} is expected to run its process as process 1 or as the child of an init, and has neither.`,
    );
  return { pid: Number.parseInt(mark, 10), mark };
}

/** In the background, since with the process goes its PID namespace, and with that the shell that gave the order. */
const ORDER_CHILD = `
date +%s
(sleep 0.05; kill -KILL "\${1% *}") >/dev/null 2>&1 </dev/null &`;

/**
 * SIGKILL to process 1 from inside its PID namespace is ignored (pid_namespaces(7)), unless the kernel itself sends it: as it
 * does to what a tracer has seized with PTRACE_O_EXITKILL when that ends (ptrace(2)). The numbers are those of
 * linux/ptrace.h, and of the call by architecture; Perl is in every Debian and makes calls that no shell can.
 */
const ORDER_FIRST = `
case $(uname -m) in
  x86_64) ptrace=101 ;;
  aarch64) ptrace=117 ;;
  *) echo "how to trace process 1 is not known on $(uname -m)" >&2; exit 1 ;;
esac
if [ /proc/1/ns/mnt -ef /proc/self/ns/mnt ]; then
  echo 'the runtime shares no processes with tool containers' >&2
  exit 1
fi
exec 3< <(exec perl -e '
  $| = 1;
  syscall($ARGV[0] + 0, 0x4206, 1, 0, 0x100000) == 0 or do { print "process 1 cannot be traced: $!\\n"; exit };
  print time, "\\n";
  select undef, undef, undef, 0.05;
' "$ptrace" 2>&1)
read -r -t 5 told <&3
case $told in
  '' | *[!0-9]*) echo "\${told:-the tracer said nothing for 5 s}" >&2; exit 1 ;;
esac
echo "$told"`;

/**
 * Kills the process that was read, and no other; returns when it was told to, in epoch seconds by the node's clock, which is
 * the kubelet's.
 *
 * @throws Error where another process serves by now, or the kernel refuses
 */
export async function kill(tools: ToolContainer, { pid, mark }: Serving): Promise<number> {
  const same = `${MARK}[ "$(mark)" = "$1" ] || { echo "another process serves than $1" >&2; exit 1; }`;
  return Number(await tools.must(`${same}${pid === 1 ? ORDER_FIRST : ORDER_CHILD}`, [mark]));
}
