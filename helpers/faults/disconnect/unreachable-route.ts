/** A route in a pod that lets nothing through to one address, and that its tool container takes out by itself. */
import { randomInt, randomUUID } from 'node:crypto';
import { watching, type Carried } from '../../kubernetes/carried.ts';
import type { PodIdentity } from '../../kubernetes/pods.ts';
import type { ToolContainer } from '../../kubernetes/tool-container.ts';
import { ExperimentInvalid, FaultWithoutEffect } from '../../verdict/errors.ts';

/** An address that nobody has (RFC 5737), with which the watch is tried. */
const NOBODY = '192.0.2.1';

/**
 * The watch is on once it has told of a route. Not once its socket is there: `ip monitor` first reads the links over the same
 * socket, and drops what comes meanwhile (iproute2, rtnl_dump_filter).
 */
const ADD = `
${watching('ip monitor route')}
for _ in $(seq 100); do
  ip route add unreachable ${NOBODY} metric "$2" && ip route del unreachable ${NOBODY} metric "$2"
  sleep 0.05
  grep -q "unreachable ${NOBODY} .*metric $2" "$fault/seen" && break
done
ip route add unreachable "$1" metric "$2"
for _ in $(seq 250); do
  grep -q "unreachable $1 .*metric $2" "$fault/seen" && exit 0
  sleep 0.02
done
echo 'the kernel told nobody of the new route' >&2
exit 1`;

const REMOVE = `
ip route del unreachable ${NOBODY} metric "$2" 2>/dev/null
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

  /** Throws FaultWithoutEffect if the route was out, or another led to the pod, for however short a time since it was added. */
  async mustHaveHeld(tools: ToolContainer, { ip, name }: PodIdentity): Promise<void> {
    const [change] = changesOf(await tools.seen(this.#to(ip)), ip, this.#metric);
    if (change !== undefined)
      throw new FaultWithoutEffect(
        `${tools.pod.name} is expected to have been cut off from ${name} all the time; its routes were changed meanwhile: ${change}.`,
      );
  }

  /**
   * Returns the other cuts' routes to a pod, of those whose metrics are known.
   *
   * @throws ExperimentInvalid if there is one that is not; Error if this cut's own is still there
   */
  async others(tools: ToolContainer, { ip, name }: PodIdentity, known: readonly string[]): Promise<string[]> {
    const answer = await tools.must('ip route show type unreachable "$1"', [ip]);
    const routes = answer.split('\n').filter(Boolean);
    const is = (metric: string) => (route: string) => metricOf(route) === metric;
    if (routes.some(is(this.#metric)))
      throw new Error(`The route to ${name} is expected to be out, and is still there.`);
    const stranger = routes.find((route) => !known.some((metric) => is(metric)(route)));
    if (stranger !== undefined)
      throw new ExperimentInvalid(
        `${tools.pod.name} is expected to be cut off from ${name} by this run alone; it has a route that is not this run's: ${stranger.trim()}.`,
      );
    return routes;
  }

  #to(ip: string): Carried {
    return { id: `${this.#id}-${ip}`, lift: { text: REMOVE, args: [ip, this.#metric] } };
  }
}

/**
 * The lines of `ip monitor route` that tell of a moment without a cut: its route deleted, or one to the same address that
 * lets through.
 *
 * @example changesOf('Deleted unreachable 10.0.0.2 dev lo metric 7', '10.0.0.2', '7')
 */
export function changesOf(seen: string, ip: string, metric: string): string[] {
  const lines = seen.split('\n').filter((line) => line.split(/\s+/).includes(ip));
  const isDeleted = (line: string) => line.startsWith('Deleted ');
  const isCut = (line: string) => /\bunreachable\b/.test(line);
  return lines.filter((line) => (isCut(line) ? isDeleted(line) && metricOf(line) === metric : !isDeleted(line)));
}

/** The metric of a route as ip-route(8) shows it; 0 is not shown. */
function metricOf(route: string): string {
  return /\bmetric (\d+)/.exec(route)?.[1] ?? '0';
}
