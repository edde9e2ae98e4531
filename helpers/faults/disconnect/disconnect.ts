/**
 * A network cut between two brokers, by unreachable routes in their network namespaces.
 *
 * New connections end at once with *no route to host*, and what is sent on the established ones is never
 * acknowledged. Everybody else still reaches both.
 */
import { identityOf, podIn, type PodIdentity } from '../../kubernetes/pods.ts';
import type { ToolContainer } from '../../kubernetes/tool-container.ts';
import { ExperimentInvalid, FaultWithoutEffect } from '../../verdict/errors.ts';
import { minutes, seconds } from '../../wait/deadline.ts';
import { replaced, type Evidence, type Fault } from '../../chaos/fault.ts';
import { toolContainerRights, type FaultContext, type FaultKind } from '../../chaos/fault-kind.ts';
import { connections, connects, stalledConnections, whatMoved, type Connection } from './network-probes.ts';
import { UnreachableRoute, unreachableRoutes, type RouteRecord } from './unreachable-route.ts';

export interface CutOptions {
  /** `both` (the default) blocks both pods; `one-way` only the first. Either stalls every connection between them. */
  readonly direction?: 'both' | 'one-way';
  /** Milliseconds after which the cut lifts itself; default 2 minutes. */
  readonly atMost?: number;
}

/** The cut between two pods. */
export const disconnect = {
  name: 'disconnect',
  verb: 'disconnect',
  rights: toolContainerRights,
  image: 'tools',
  proves:
    'both ways a new connection ends with no route to host, a third pod reaches both, no byte is acknowledged between them',
  make: (context: FaultContext, a: PodIdentity, b: PodIdentity, options: CutOptions = {}): Fault =>
    new Cut(context, [a, b], options),
  recover: (context, record) => {
    const { targets, direction, route } = record as CutRecord;
    return new Cut(context, targets, { direction }, new UnreachableRoute(route));
  },
} as const satisfies FaultKind<[PodIdentity, PodIdentity, CutOptions?]>;

interface CutRecord {
  readonly targets: readonly [PodIdentity, PodIdentity];
  readonly direction: 'both' | 'one-way';
  readonly route: RouteRecord;
}

class Cut implements Fault {
  readonly kind = 'disconnect';
  readonly title: string;
  readonly targets: readonly [PodIdentity, PodIdentity];
  readonly takes = 'a link';
  readonly atMost: number;
  readonly undoWithin = 60 * seconds;
  readonly #context: FaultContext;
  readonly #direction: 'both' | 'one-way';
  readonly #route: UnreachableRoute;
  /** Who gets a route, and to whom. */
  readonly #routes: readonly (readonly [from: PodIdentity, to: PodIdentity])[];
  #stalled: Connection[] | undefined;

  constructor(
    context: FaultContext,
    targets: readonly [PodIdentity, PodIdentity],
    options: CutOptions,
    route = new UnreachableRoute(),
  ) {
    const [a, b] = targets;
    const { direction = 'both', atMost = 2 * minutes } = options;
    this.title =
      direction === 'both' ? `disconnect ${a.name} and ${b.name}` : `block ${a.name} from sending to ${b.name}`;
    this.targets = targets;
    this.atMost = atMost;
    this.#context = context;
    this.#direction = direction;
    this.#route = route;
    this.#routes =
      direction === 'both'
        ? [
            [a, b],
            [b, a],
          ]
        : [[a, b]];
  }

  record(): CutRecord {
    return { targets: this.targets, direction: this.#direction, route: this.#route.record() };
  }

  check(): Promise<void> {
    const [a, b] = this.targets;
    if (a.uid !== b.uid) return Promise.resolve();
    return Promise.reject(
      new ExperimentInvalid(`Two different brokers are expected to be disconnected, found ${a.name} twice.`),
    );
  }

  async prepare(): Promise<void> {
    const [a, b] = this.targets;
    // The containers are up before the cut, so that both of its sides go in within milliseconds of each other.
    await Promise.all([this.#tools(a), this.#tools(b), this.#witness()]);
  }

  async inject(): Promise<void> {
    await this.#onEachRoute((tools, to) => this.#route.add(tools, to.ip, this.atMost));
  }

  async prove(): Promise<Evidence> {
    for (const pod of this.targets) if (!this.#exists(pod)) throw replaced(this.title, pod);
    const [blocked, witnessed] = await Promise.all([this.#connectAnswers(), this.#witnessAnswers()]);
    this.#expect(blocked, 'no route to host');
    this.#expect(witnessed, 'open');
    const stall = this.#stalled === undefined ? await this.#proveStall() : await this.#proveStandstill(this.#stalled);
    return { ...blocked, ...witnessed, 'established connections': stall };
  }

  async undo(): Promise<void> {
    // A pod that was replaced has taken its routes with it.
    await this.#onEachRoute((tools, to) => this.#route.remove(tools, to.ip), this.#left('from'));
  }

  async proveGone(): Promise<Evidence> {
    const routes = this.#left('both');
    const others = await this.#onEachRoute((tools, to) => unreachableRoutes(tools, to.ip), routes);
    // Undone is what is this cut's. One of another cut in one direction holds both: its answers have no way back.
    if (others.some((cuts) => cuts.length > 0)) return { 'this cut': 'gone', 'both ways': 'held by another cut' };
    const answers = await this.#connectAnswers(routes);
    for (const [way, answer] of Object.entries(answers))
      if (answer !== 'open')
        throw new Error(`${way} was expected to connect again after the lift; the answer is "${answer}".`);
    return routes.length === this.#routes.length ? answers : { ...answers, 'a pod was replaced': 'its cut with it' };
  }

  /** Under another cut brokers give up the connections that had bytes waiting, and only silent ones are left, or none. */
  async #proveStall(): Promise<string> {
    const before = (await this.#onEachRoute(connections)).flat();
    const seen = (await this.#onEachRoute(stalledConnections)).flat();
    this.#stalled = seen;
    if (seen.length === 0) return this.#proveNoneLeft();
    const waiting = seen.filter((c) => c.waiting > 0);
    if (waiting.length > 0) return `bytes wait on ${waiting.length} of ${seen.length}`;
    const moved = whatMoved(before, seen);
    if (moved.length > 0)
      throw new FaultWithoutEffect(
        `${this.title} is expected to stall the established connections; none of ${seen.length} has bytes waiting, and bytes were acknowledged on ${moved.join(', ')}.`,
      );
    return `no byte waits, and none was acknowledged for 3 s, on ${seen.length}`;
  }

  /** That none is seen proves something only where the same look finds those to a pod that is not cut off. */
  async #proveNoneLeft(): Promise<string> {
    const { pod: witness } = await this.#witness();
    const toWitness = await this.#onEachRoute((tools) => connections(tools, witness));
    if (toWitness.some((seen) => seen.length === 0))
      throw new FaultWithoutEffect(
        `${this.title} is expected to leave the connections to ${witness.name} alone; none is established, as between the two.`,
      );
    return `none is established, and ${toWitness.flat().length} to ${witness.name} are`;
  }

  async #proveStandstill(before: Connection[]): Promise<string> {
    const now = (await this.#onEachRoute(connections)).flat();
    const moved = whatMoved(before, now);
    if (moved.length > 0)
      throw new FaultWithoutEffect(
        `${this.title} is expected to stall the established connections, and bytes were acknowledged on ${moved.join(', ')}.`,
      );
    const left = before.filter((earlier) => now.some(({ name }) => name === earlier.name)).length;
    return `no byte acknowledged since the cut on the ${left} that are left of ${before.length}`;
  }

  #expect(answers: Record<string, string>, wanted: string): void {
    for (const [way, answer] of Object.entries(answers))
      if (answer !== wanted)
        throw new FaultWithoutEffect(
          `${this.title} is expected to answer a new connection ${way} with "${wanted}"; the answer is "${answer}".`,
        );
  }

  async #connectAnswers(routes = this.#routes): Promise<Record<string, string>> {
    const answers = await this.#onEachRoute(
      async (tools, to) => [`${tools.pod.name} → ${to.name}`, await connects(tools, to)] as const,
      routes,
    );
    return Object.fromEntries(answers);
  }

  async #witnessAnswers(): Promise<Record<string, string>> {
    const witness = await this.#witness();
    const answers = this.targets.map(
      async (pod) => [`${witness.pod.name} → ${pod.name}`, await connects(witness, pod)] as const,
    );
    return Object.fromEntries(await Promise.all(answers));
  }

  /** In a PID namespace of their own: they must outlive a broker that is killed while it is cut off. */
  #tools(pod: PodIdentity): Promise<ToolContainer> {
    return this.#context.containers.in(pod);
  }

  #exists(pod: PodIdentity): boolean {
    return podIn(this.#context.pods.all(), pod) !== undefined;
  }

  /** In a Zeebe pod that is neither of the two and must still reach both. */
  async #witness(): Promise<ToolContainer> {
    const cluster = await this.#context.cluster();
    return this.#tools(identityOf(cluster.bystander(...this.targets)));
  }

  /** The routes whose first pod, or whose both pods, are still there. */
  #left(whose: 'from' | 'both'): readonly (readonly [PodIdentity, PodIdentity])[] {
    return this.#routes.filter(([from, to]) => this.#exists(from) && (whose === 'from' || this.#exists(to)));
  }

  /** Every route has its turn, and its end is awaited, also where another one fails: no undo may overtake an inject. */
  async #onEachRoute<T>(
    work: (tools: ToolContainer, to: PodIdentity) => Promise<T>,
    routes = this.#routes,
  ): Promise<T[]> {
    const done = routes.map(async ([from, to]) => work(await this.#tools(from), to));
    await Promise.allSettled(done);
    return Promise.all(done);
  }
}
