/** A route in a pod that lets nothing through to one address, and that its tool container takes out by itself. */
import { randomInt, randomUUID } from 'node:crypto';
import type { ToolContainer } from '../../kubernetes/tool-container.ts';

/** The undo is in the container before the route is in the pod, so that the container can lift it alone (keeper.sh). */
const ADD = `
set -e
fault=/run/zeebe-chaos/faults/$1
mkdir -p "$fault"
echo "$4" >"$fault/until"
echo "ip route del unreachable $2 metric $3 2>/dev/null; [ -z \\"\\$(ip route show type unreachable $2 metric $3)\\" ]" >"$fault/lift"
ip route add unreachable "$2" metric "$3"`;

/** Needs nothing that ADD left: the container that held the route may have been lost. */
const REMOVE = `
ip route del unreachable "$2" metric "$3" 2>/dev/null
rm -rf "/run/zeebe-chaos/faults/$1"
[ -z "$(ip route show type unreachable "$2" metric "$3")" ]`;

/** What tells a cut's routes from every other: the folder of their undo, and their metric. */
export interface RouteRecord {
  readonly id: string;
  readonly metric: string;
}

/** One cut's routes: their metric tells them from those of another cut between the same pods. */
export class UnreachableRoute {
  readonly #id: string;
  readonly #metric: string;

  /** @param record of routes that stand already; new ones unless told */
  constructor({ id, metric }: RouteRecord = { id: randomUUID(), metric: String(randomInt(1, 2 ** 31)) }) {
    this.#id = id;
    this.#metric = metric;
  }

  /** What tells these routes from every other. */
  record(): RouteRecord {
    return { id: this.#id, metric: this.#metric };
  }

  /** Adds the route to the pod of a tool container, for at most `atMost` ms; throws if the kernel refuses. */
  async add(tools: ToolContainer, ip: string, atMost: number): Promise<void> {
    const until = String(Math.ceil((Date.now() + atMost) / 1000));
    await mustSucceed(tools, ADD, [this.#id, ip, this.#metric, until]);
  }

  /** Removes the route, if it is there; throws if it is there afterwards. */
  async remove(tools: ToolContainer, ip: string): Promise<void> {
    await mustSucceed(tools, REMOVE, [this.#id, ip, this.#metric]);
  }
}

/** Every unreachable route to an address in the pod of a tool container, whose cut it may be. */
export async function unreachableRoutes(tools: ToolContainer, ip: string): Promise<string[]> {
  const { stdout } = await tools.run('ip route show type unreachable "$1"', [ip]);
  return stdout.split('\n').filter(Boolean);
}

async function mustSucceed(tools: ToolContainer, script: string, args: string[]): Promise<void> {
  const { exitCode, stderr } = await tools.run(script, args);
  if (exitCode !== 0)
    throw new Error(
      `A network command in ${tools.pod.name} was expected to succeed, and ended with ${exitCode}: ${stderr.trim()}`,
    );
}
