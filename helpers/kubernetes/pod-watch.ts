/** A live picture of a namespace's pods, kept by a Kubernetes watch. */
import { Watch, type V1Pod } from '@kubernetes/client-node';
import { setTimeout as delay } from 'node:timers/promises';
import { deadline, seconds, type Bound } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import type { Kubernetes } from './connection.ts';
import { describePod } from './pods.ts';

/** Milliseconds between the end of a watch and the next list. */
const PAUSE = 50;

/**
 * Milliseconds between two lists that a watch is held against: one whose connection something on the way has forgotten is as
 * silent as one with nothing to tell.
 */
const DOUBTED_EVERY = 10 * seconds;
/** Milliseconds in which a watch tells what a list has told. */
const LATE = 1 * seconds;

export interface PodWatch {
  /** The pods as last seen, by name. */
  all(): V1Pod[];
  /** Resolves with the pods as soon as they satisfy `condition`; throws with the last picture when the bound passes. */
  until(what: string, condition: (pods: V1Pod[]) => boolean, bound: Bound): Promise<V1Pod[]>;
  /** Calls back with the pods after every change. */
  onChange(listener: (pods: V1Pod[]) => void): void;
  close(): void;
}

/**
 * Starts watching the pods that match a label selector; the first picture is complete when this returns. They are told as
 * `see` makes them.
 */
export async function watchPods(
  kubernetes: Kubernetes,
  namespace: string,
  { labelSelector = '', see = (pod) => pod }: { labelSelector?: string; see?: (pod: V1Pod) => V1Pod } = {},
): Promise<PodWatch> {
  const pods = new Map<string, V1Pod>();
  const listeners = new Set<() => void>();
  /** How many events the watch has told. */
  let heard = 0;
  const closing = new AbortController();

  const listed = () => kubernetes.core.listNamespacedPod({ namespace, labelSelector });

  const list = async (signal: AbortSignal): Promise<string> => {
    const answer = await listed();
    // What comes after it was given up is older than what is known by then.
    signal.throwIfAborted();
    pods.clear();
    for (const pod of answer.items) pods.set(pod.metadata?.name ?? '', see(pod));
    for (const listener of listeners) listener();
    return answer.metadata?.resourceVersion ?? '';
  };

  /** Whether a list tells what the watch has not told a while later, and tells nothing else either. */
  const isBehind = async (): Promise<boolean> => {
    const before = heard;
    const { items } = await retry(listed, { title: 'Listing them', within: DOUBTED_EVERY, signal: closing.signal });
    const unknown = () =>
      items.length !== pods.size ||
      items.some(
        ({ metadata }) => metadata?.resourceVersion !== pods.get(metadata?.name ?? '')?.metadata?.resourceVersion,
      );
    if (!unknown()) return false;
    await delay(LATE, undefined, { signal: closing.signal });
    return heard === before && unknown();
  };

  const follow = async (resourceVersion: string): Promise<void> => {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const ended = new AbortController();
    await new Promise<void>((resolve) => {
      const doubts = setInterval(() => {
        isBehind().then(
          (behind) => behind && resolve(),
          // An API server that is away is not the watch's fault.
          () => undefined,
        );
      }, DOUBTED_EVERY);
      ended.signal.addEventListener('abort', () => clearInterval(doubts));
      closing.signal.addEventListener('abort', () => resolve(), { once: true, signal: ended.signal });
      const onEvent = (type: string, pod: V1Pod): void => {
        if (type === 'ERROR' || ended.signal.aborted) return;
        heard += 1;
        if (type === 'DELETED') pods.delete(pod.metadata?.name ?? '');
        else pods.set(pod.metadata?.name ?? '', see(pod));
        for (const listener of listeners) listener();
      };
      new Watch(kubernetes.config)
        .watch(path, { labelSelector, resourceVersion }, onEvent, () => resolve())
        .then(
          // The request may come to life after it was given up; then it ends here and not at all otherwise.
          (request) =>
            ended.signal.aborted ? request.abort() : ended.signal.addEventListener('abort', () => request.abort()),
          () => resolve(),
        );
    });
    ended.abort();
  };

  /** A list, too, may be asked for on a way that has become silent. */
  const listOrGiveUp = () => retry(list, { title: 'Listing them', within: DOUBTED_EVERY, signal: closing.signal });

  /** When a watch is over, or the API server was gone: list anew, at once or when it is back. */
  const keepFollowing = async (first: string): Promise<void> => {
    const relisting = { title: `Listing the pods of ${namespace}`, within: Infinity, signal: closing.signal };
    for (let resourceVersion = first; ; resourceVersion = await retry(listOrGiveUp, relisting)) {
      await follow(resourceVersion);
      // An API server that lists and refuses to watch is not asked as fast as it can answer.
      await delay(PAUSE, undefined, { signal: closing.signal });
    }
  };

  keepFollowing(await list(closing.signal)).catch((error: unknown) => {
    // Closing is the one end it has. A picture that stands still without anyone knowing must not be.
    if (!closing.signal.aborted) throw error;
  });

  return {
    all: () => [...pods.values()],
    onChange: (listener) => void listeners.add(() => listener([...pods.values()])),
    close: () => {
      listeners.clear();
      closing.abort();
    },
    until: async (what, condition, bound) => {
      const limit = deadline(bound);
      return new Promise<V1Pod[]>((resolve, reject) => {
        const settle = (): void => {
          listeners.delete(look);
          limit.clear();
        };
        const look = (): void => {
          const current = [...pods.values()];
          try {
            if (!condition(current)) return;
            settle();
            resolve(current);
          } catch (error) {
            settle();
            reject(error);
          }
        };
        listeners.add(look);
        look();
        limit.onPassed((why) => {
          settle();
          reject(
            new Error(
              `Expected ${what} ${why}; last seen: ${[...pods.values()].map(describePod).join('; ') || 'no pod'}.`,
            ),
          );
        });
      });
    },
  };
}
