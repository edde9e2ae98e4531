/** A fault that a tool container carries: its undo is there before it is, so that the container can lift it alone (keeper.sh). */

/** A bash script and its $1, $2 … */
export interface Script {
  readonly text: string;
  readonly args: readonly string[];
}

export interface Carried {
  /** Names the fault among those of the container. */
  readonly id: string;
  /** What undoes it; safe to repeat, and needs nothing that is only in this container: that one may be lost. */
  readonly lift: Script;
}

/** The folder in which the keeper looks for faults. */
const FAULTS = '/tmp/zeebe-chaos/faults';

/** What the fault's folder may hold beside its undo: what was seen of it meanwhile, and the process that looks. */
const SEEN = 'seen';
const WATCHER = 'watcher';

/**
 * Starts a command that writes a line for each change until the fault is lifted; for a script that puts a fault in, where
 * `$fault` is the fault's folder.
 */
export function watching(command: string): string {
  return `setsid ${command} >"$fault/${SEEN}" 2>&1 </dev/null & echo $! >"$fault/${WATCHER}"`;
}

/** What was written of a fault that this container carries; fails where it carries it no more. */
export function toSee({ id }: Carried): Script {
  return { text: `cat "${FAULTS}/$1/${SEEN}"`, args: [id] };
}

/** Writes down how and when the keeper must lift the fault, then puts it in. */
export function toCarry({ id, lift }: Carried, inject: Script, until: Date): Script {
  const text = `
set -e
fault=${FAULTS}/$1
mkdir -p "$fault"
echo "$2" >"$fault/until"
echo "$3" >"$fault/lift"
shift 3
${inject.text}`;
  const seconds = String(Math.ceil(until.getTime() / 1000));
  return { text, args: [id, seconds, `set -- ${lift.args.map(quoted).join(' ')}\n${lift.text}`, ...inject.args] };
}

/** Lifts the fault, whether this container carries it or another one did, and forgets it. */
export function toLift({ id, lift }: Carried): Script {
  const text = `
fault=$1
shift
(${lift.text}
) && { [ ! -e "${FAULTS}/$fault/${WATCHER}" ] || kill "$(cat "${FAULTS}/$fault/${WATCHER}")"; rm -rf "${FAULTS}/$fault"; }`;
  return { text, args: [id, ...lift.args] };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
