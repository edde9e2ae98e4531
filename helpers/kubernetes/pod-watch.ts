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
 * Milliseconds that a watch is believed. One whose connection something on the way has forgotten is as silent as one with nothing
 * to tell; after this time the pods are listed anew in any case.
 */
const BELIEVED = 10 * seconds;

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
  const closing = new AbortController();

  const list = async (signal: AbortSignal): Promise<string> => {
    const answer = await kubernetes.core.listNamespacedPod({ namespace, labelSelector });
    // What comes after it was given up is older than what is known by then.
    signal.throwIfAborted();
    pods.clear();
    for (const pod of answer.items) pods.set(pod.metadata?.name ?? '', see(pod));
    for (const listener of listeners) listener();
    return answer.metadata?.resourceVersion ?? '';
  };

  const follow = async (resourceVersion: string): Promise<void> => {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const ended = new AbortController();
    await new Promise<void>((resolve) => {
      const enough = setTimeout(resolve, BELIEVED);
      ended.signal.addEventListener('abort', () => clearTimeout(enough));
      closing.signal.addEventListener('abort', () => resolve(), { once: true, signal: ended.signal });
      const onEvent = (type: string, pod: V1Pod): void => {
        if (type === 'ERROR' || ended.signal.aborted) return;
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
  const listOrGiveUp = () => retry(list, { title: 'Listing them', within: BELIEVED, signal: closing.signal });

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
