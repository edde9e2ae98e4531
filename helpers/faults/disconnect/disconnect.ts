/**
 * A network cut between pods, by unreachable routes in their network namespaces.
 *
 * New connections end at once with *no route to host*, and what is sent on the established ones is never
 * acknowledged. Everybody else still reaches all of them.
 */
import { identityOf, podIn, type PodIdentity } from '../../kubernetes/pods.ts';
import type { ToolContainer } from '../../kubernetes/tool-container.ts';
import { ExperimentInvalid, FaultUnavailable, FaultWithoutEffect } from '../../verdict/errors.ts';
import { minutes, seconds } from '../../wait/deadline.ts';
import { replaced, type Evidence, type Fault } from '../../chaos/fault.ts';
import { toolContainerRights, type FaultContext, type FaultKind, type Known } from '../../chaos/fault-kind.ts';
import { linksOf, podsOf, type CutMap, type Way } from './cut-map.ts';
import { connects } from './network-probes.ts';
import { otherThanIPv4 } from './only-ipv4.ts';
import { Stall } from './stall.ts';
import { UnreachableRoute, type RouteRecord } from './unreachable-route.ts';

/** The cut of every link on a map; it lifts itself after `atMost` ms, 2 minutes unless told. */
export const disconnect = {
  name: 'disconnect',
  verb: 'disconnect',
  rights: toolContainerRights,
  image: 'tools',
  capabilities: ['NET_ADMIN'],
  ends: [],
  loadsHosts: false,
  takes: ({ targets, undo }) => {
    const { map } = (undo ?? {}) as Partial<CutRecord>;
    return map ? linksOf(map).map((link) => link.map(({ name }) => name)) : [[...targets]];
  },
  proves:
    'both ways a new connection ends with no route to host, a third pod reaches both, no byte is acknowledged between them',
  make: (context: FaultContext, map: CutMap, options: { readonly atMost?: number } = {}): Fault =>
    new Cut(context, map, new UnreachableRoute(), options.atMost),
  recover: (context, record) => {
    const { map, route } = record as Partial<CutRecord>;
    if (!map || !route)
      throw new Error(
        'The entry of a cut is expected to have its map and its routes, and has not: heal with the version that made it.',
      );
    return new Cut(context, map, new UnreachableRoute(route));
  },
} as const satisfies FaultKind<[CutMap, { readonly atMost?: number }?]>;

interface CutRecord {
  readonly map: CutMap;
  readonly route: RouteRecord;
}

/** The metrics that the routes of cuts are known by; an entry of an older version has none. */
export function metricsOf(known: readonly Pick<Known, 'kind' | 'record'>[]): string[] {
  const cuts = known.filter(({ kind }) => kind === disconnect.name);
  return cuts.flatMap((cut) => (cut.record() as Partial<CutRecord>).route?.metric ?? []);
}

class Cut implements Fault {
  readonly kind = 'disconnect';
  readonly title: string;
  readonly targets: readonly PodIdentity[];
  readonly takes: readonly Way[];
  readonly atMost: number;
  readonly undoWithin = 60 * seconds;
  readonly #context: FaultContext;
  readonly #map: CutMap;
  readonly #route: UnreachableRoute;
  readonly #stall: Stall;

  constructor(context: FaultContext, map: CutMap, route: UnreachableRoute, atMost = 2 * minutes) {
    this.title = map.title;
    this.targets = podsOf(map);
    this.takes = linksOf(map);
    this.atMost = atMost;
    this.#context = context;
    this.#map = map;
    this.#route = route;
    this.#stall = new Stall(map.title);
  }

  record(): CutRecord {
    return { map: this.#map, route: this.#route.record() };
  }

  check(): Promise<void> {
    const [same] = this.#map.ways.find(([from, to]) => from.uid === to.uid) ?? [];
    if (same)
      return Promise.reject(
        new ExperimentInvalid(`Two different brokers are expected to be disconnected, found ${same.name} twice.`),
      );
    const pods = this.targets.map((pod) => podIn(this.#context.pods.all(), pod));
    const [unfit] = pods.flatMap((pod) => (pod && otherThanIPv4(pod)) ?? []);
    if (unfit) return Promise.reject(new FaultUnavailable(unfit));
    if (this.#map.ways.length > 0) return Promise.resolve();
    return Promise.reject(new ExperimentInvalid(`"${this.title}" is expected to cut a link, and its map has none.`));
  }

  async prepare(): Promise<void> {
    // The containers are up before the cut, so that all of its routes go in within milliseconds of each other.
    await Promise.all([...this.targets.map((pod) => this.#tools(pod)), this.#witness()]);
    await this.#otherCuts();
  }

  async inject(): Promise<void> {
    await this.#onEachWay((tools, to) => this.#route.add(tools, to.ip, this.atMost));
  }

  async prove(): Promise<Evidence> {
    for (const pod of this.targets) if (!this.#exists(pod)) throw replaced(this.title, pod);
    const [blocked, witnessed] = await Promise.all([this.#connectAnswers(), this.#witnessAnswers()]);
    this.#expect(blocked, 'no route to host');
    this.#expect(witnessed, 'open');
    await this.#onEachWay((tools, to) => this.#route.mustHaveHeld(tools, to));
    const { pod: witness } = await this.#witness();
    const stall = await this.#stall.prove((look) => this.#onEachWay(look), witness);
    return { ...blocked, ...witnessed, 'established connections': stall };
  }

  async undo(): Promise<void> {
    // A pod that was replaced has taken its routes with it.
    await this.#onEachWay((tools, to) => this.#route.remove(tools, to.ip), this.#left('from'));
  }

  async proveGone(): Promise<Evidence> {
    const ways = this.#left('both');
    const others = await this.#otherCuts(ways);
    // One in one direction holds both: its answers have no way back.
    if (others.some((cuts) => cuts.length > 0))
      return { 'this cut': 'gone', 'both ways': 'held by another cut of this run' };
    const answers = await this.#connectAnswers(ways);
    for (const [way, answer] of Object.entries(answers))
      if (answer !== 'open')
        throw new Error(`${way} was expected to connect again after the lift; the answer is "${answer}".`);
    const isWhole = ways.length === this.#map.ways.length;
    return isWhole ? answers : { ...answers, 'a pod was replaced': 'its cut with it' };
  }

  /** The routes of other cuts of this run on each way; throws ExperimentInvalid if there is one of somebody else. */
  #otherCuts(ways = this.#map.ways): Promise<string[][]> {
    const metrics = metricsOf(this.#context.known());
    return this.#onEachWay((tools, to) => this.#route.others(tools, to, metrics), ways);
  }

  #expect(answers: Record<string, string>, wanted: string): void {
    for (const [way, answer] of Object.entries(answers))
      if (answer !== wanted)
        throw new FaultWithoutEffect(
          `${this.title} is expected to answer a new connection ${way} with "${wanted}"; the answer is "${answer}".`,
        );
  }

  async #connectAnswers(ways = this.#map.ways): Promise<Record<string, string>> {
    const answers = await this.#onEachWay(
      async (tools, to) => [`${tools.pod.name} → ${to.name}`, await connects(tools, to)] as const,
      ways,
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
    return this.#context.containers.in(pod, { capabilities: disconnect.capabilities });
  }

  #exists(pod: PodIdentity): boolean {
    return podIn(this.#context.pods.all(), pod) !== undefined;
  }

  /** In a Zeebe pod that is outside of the map and of every other fault, and must still reach all on it. */
  async #witness(): Promise<ToolContainer> {
    const cluster = await this.#context.cluster();
    return this.#tools(
      identityOf(cluster.bystander(...this.targets, ...this.#context.known().flatMap(({ targets }) => targets))),
    );
  }

  /** The ways whose first pod, or whose both pods, are still there. */
  #left(whose: 'from' | 'both'): Way[] {
    return this.#map.ways.filter(([from, to]) => this.#exists(from) && (whose === 'from' || this.#exists(to)));
  }

  /** Every way has its turn, and its end is awaited, also where another one fails: no undo may overtake an inject. */
  async #onEachWay<T>(
    work: (tools: ToolContainer, to: PodIdentity) => Promise<T>,
    ways: readonly Way[] = this.#map.ways,
  ): Promise<T[]> {
    const done = ways.map(async ([from, to]) => work(await this.#tools(from), to));
    await Promise.allSettled(done);
    return Promise.all(done);
  }
}
