/** A cut as a map: who cannot reach whom. */
import type { PodIdentity } from '../../kubernetes/pods.ts';

/** A pod, and another one that it cannot send to. */
export type Way = readonly [from: PodIdentity, to: PodIdentity];

export interface CutMap {
  /** `disconnect camunda-zeebe-0 and camunda-zeebe-2` */
  readonly title: string;
  readonly ways: readonly Way[];
}

/** Two pods that cannot reach each other. */
export function between(a: PodIdentity, b: PodIdentity): CutMap {
  return { title: `disconnect ${a.name} and ${b.name}`, ways: bothWays(a, b) };
}

/** A pod that cannot send to another one; what that one sends arrives, and its acknowledgements do not. */
export function oneWay(from: PodIdentity, to: PodIdentity): CutMap {
  return { title: `disconnect ${from.name} from ${to.name}, one way`, ways: [[from, to]] };
}

/** A pod that can reach none of the others, nor they it; the others reach each other. */
export function isolated(pod: PodIdentity, others: readonly PodIdentity[]): CutMap {
  return {
    title: `disconnect ${pod.name} from ${namesOf(others)}`,
    ways: others.flatMap((other) => bothWays(pod, other)),
  };
}

/** Pods none of which can reach another. */
export function apart(pods: readonly PodIdentity[]): CutMap {
  return {
    title: `disconnect ${namesOf(pods)} from each other`,
    ways: pods.flatMap((one, i) => pods.slice(i + 1).flatMap((other) => bothWays(one, other))),
  };
}

/** Every pod of the map, once. */
export function podsOf({ ways }: CutMap): PodIdentity[] {
  return [...new Map(ways.flat().map((pod) => [pod.uid, pod])).values()];
}

/** The two ends of every link that the map cuts, one way or both. */
export function linksOf({ ways }: CutMap): Way[] {
  const keyOf = (way: Way): string =>
    way
      .map(({ uid }) => uid)
      .sort()
      .join(' ');
  return [...new Map(ways.map((way) => [keyOf(way), way])).values()];
}

function bothWays(a: PodIdentity, b: PodIdentity): Way[] {
  return [
    [a, b],
    [b, a],
  ];
}

function namesOf(pods: readonly PodIdentity[]): string {
  return pods.map(({ name }) => name).join(', ');
}
