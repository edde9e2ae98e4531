/** A route in a pod that lets nothing through to one address, and that its tool container takes out by itself. */
import { randomInt, randomUUID } from 'node:crypto';
import type { Carried } from '../../kubernetes/carried.ts';
import type { ToolContainer } from '../../kubernetes/tool-container.ts';

const ADD = 'ip route add unreachable "$1" metric "$2"';

const REMOVE = `
ip route del unreachable "$1" metric "$2" 2>/dev/null
[ -z "$(ip route show type unreachable "$1" metric "$2")" ]`;

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
    await tools.carry(this.#to(ip), { text: ADD, args: [ip, this.#metric] }, new Date(Date.now() + atMost));
  }

  /** Removes the route, if it is there; throws if it is there afterwards. */
  async remove(tools: ToolContainer, ip: string): Promise<void> {
    await tools.lift(this.#to(ip));
  }

  #to(ip: string): Carried {
    return { id: `${this.#id}-${ip}`, lift: { text: REMOVE, args: [ip, this.#metric] } };
  }
}

/** Every unreachable route to an address in the pod of a tool container, whose cut it may be. */
export async function unreachableRoutes(tools: ToolContainer, ip: string): Promise<string[]> {
  const routes = await tools.must('ip route show type unreachable "$1"', [ip]);
  return routes.split('\n').filter(Boolean);
}
