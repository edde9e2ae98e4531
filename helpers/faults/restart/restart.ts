/** A graceful restart: pods are deleted with their own grace period and their workload makes new ones. */
import type { V1Pod } from '@kubernetes/client-node';
import { reasonOf } from '../../kubernetes/apply.ts';
import { isReady, ownerOf, podIn, readyAfter, type PodIdentity } from '../../kubernetes/pods.ts';
import { ExperimentInvalid, FaultWithoutEffect } from '../../verdict/errors.ts';
import { minutes, seconds } from '../../wait/deadline.ts';
import { PodEnds } from './pod-ends.ts';
import type { Evidence, Fault, Recovery } from '../../chaos/fault.ts';
import { eachTarget, type FaultContext, type FaultKind } from '../../chaos/fault-kind.ts';

export interface RestartEvidence extends Evidence {
  /** UIDs of the pods that are on their way out. */
  readonly 'old pods': string;
}

/**
 * The restart of one or more pods of a StatefulSet or Deployment; it counts as lifted when pods of the same names are ready, or
 * where those are not given again, as many other pods of their workload as there were before.
 */
export const restart = {
  name: 'restart',
  verb: 'restart',
  rights: [{ why: 'a graceful restart', group: '', resource: 'pods', verbs: ['delete'] }],
  image: 'none',
  capabilities: [],
  ends: ['pod'],
  loadsHosts: false,
  takes: eachTarget,
  proves:
    'the old pods are on their way out, end by themselves (exit code 0 or 143), then pods of their names, or as many others, are ready',
  make: (context: FaultContext, ...pods: PodIdentity[]): Fault<RestartEvidence> => new Restart(context, pods),
  recover: recoverRestart,
} as const satisfies FaultKind<PodIdentity[], RestartEvidence>;

/** Takes up a restart that a run has left: its pods are on their way out, and their workloads make new ones. */
function recoverRestart({ pods }: FaultContext, record: unknown): Recovery {
  const targets = record as RestartRecord;
  const leaves = (pod: V1Pod) => pod.metadata?.deletionTimestamp !== undefined;
  return {
    title: titleOf(targets),
    undoWithin: UNDO_WITHIN,
    undo: () => Promise.resolve(),
    proveGone: async () => {
      const left = (all: V1Pod[]) => targets.map((target) => podIn(all, target)).filter((pod) => pod && leaves(pod));
      await pods.until(`${namesOf(targets)} gone`, (all) => left(all).length === 0, { within: REPLACED_WITHIN });
      return { 'old pods': 'gone, or never sent away' };
    },
  };
}

type RestartRecord = readonly PodIdentity[];

/** A broker that does not end by itself has the grace period of its pod before it is killed: 60 s in the Helm chart. */
const REPLACED_WITHIN = 3 * minutes;
const UNDO_WITHIN = REPLACED_WITHIN + 20 * seconds;

class Restart implements Fault<RestartEvidence> {
  readonly kind = 'restart';
  readonly title: string;
  readonly targets: readonly PodIdentity[];
  readonly takes: readonly PodIdentity[][];
  readonly atMost = 5 * minutes;
  readonly undoWithin = UNDO_WITHIN;
  readonly #context: FaultContext;
  /** How many pods of each workload were ready before, by the workload's UID. */
  readonly #wanted = new Map<string, number>();
  /** The UID of each target's workload, by the target's. */
  readonly #owners = new Map<string, string>();
  readonly #ends: PodEnds;
  #since: number | undefined;

  constructor(context: FaultContext, pods: readonly PodIdentity[]) {
    this.title = titleOf(pods);
    this.targets = pods;
    this.takes = pods.map((pod) => [pod]);
    this.#context = context;
    this.#ends = new PodEnds(pods);
  }

  record(): RestartRecord {
    return this.targets;
  }

  check(): Promise<void> {
    if (this.targets.length === 0)
      return Promise.reject(new ExperimentInvalid('At least one pod is expected to be restarted, found none.'));
    const all = this.#context.pods.all();
    for (const target of this.targets) {
      const owner = ownerOf(all.find((pod) => this.#is(target, pod)));
      if (owner === undefined)
        return Promise.reject(
          new ExperimentInvalid(`A workload is expected to make ${target.name} anew after a restart, and it has none.`),
        );
      this.#owners.set(target.uid, owner);
      this.#wanted.set(owner, all.filter((pod) => ownerOf(pod) === owner && isReady(pod)).length);
    }
    return Promise.resolve();
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async inject(): Promise<void> {
    this.#since = Date.now();
    this.#context.pods.onChange((all) => this.#ends.note(all));
    await Promise.all(this.targets.map((target) => this.#delete(target)));
  }

  async prove(): Promise<RestartEvidence> {
    const leaving = (pods: V1Pod[]) =>
      this.targets.every((target) => {
        const old = pods.find((pod) => this.#is(target, pod));
        return old?.metadata?.deletionTimestamp !== undefined || !old;
      });
    try {
      await this.#context.pods.until('pods on their way out', leaving, { within: 5 * seconds });
    } catch (error) {
      throw new FaultWithoutEffect(
        `${this.title} is expected to take pod ${namesOf(this.targets)} away, and it is still there.`,
        {
          cause: error,
        },
      );
    }
    return { 'old pods': this.targets.map((t) => t.uid).join(', ') };
  }

  undo(): Promise<void> {
    // The workload has begun to undo it already.
    return Promise.resolve();
  }

  async proveGone(): Promise<Evidence> {
    if (this.#since === undefined) return { 'old pods': 'never sent away' };
    const since = this.#since;
    const pods = await this.#context.pods.until(
      `${namesOf(this.targets)} replaced and ready`,
      (all) => this.#isReplaced(all),
      {
        within: REPLACED_WITHIN,
      },
    );
    const ended = this.targets.map((target) => this.#ends.gracefulOf(target, this.title));
    const fresh = pods.filter((pod) => this.#wanted.has(ownerOf(pod) ?? '') && isReady(pod));
    return {
      'old pods': this.targets.map((t) => t.uid).join(', '),
      'exit codes': ended.join(', '),
      'ready pods': fresh.map((pod) => pod.metadata?.uid).join(', '),
      'all ready after': readyAfter(since, fresh),
    };
  }

  async #delete({ name, uid }: PodIdentity): Promise<void> {
    const { kubernetes, namespace } = this.#context;
    try {
      // The precondition keeps a pod that has already taken the place of this one out of it.
      await kubernetes.core.deleteNamespacedPod({ namespace, name, body: { preconditions: { uid } } });
    } catch (error) {
      throw new Error(`Pod ${name} was expected to be deleted: ${reasonOf(error)}`, { cause: error });
    }
  }

  #isReplaced(pods: V1Pod[]): boolean {
    const gone = this.targets.every((target) => !pods.some((pod) => this.#is(target, pod)));
    const ready = pods.filter(isReady);
    const isBack = ({ uid, name }: PodIdentity) => {
      const owner = this.#owners.get(uid);
      const count = ready.filter((pod) => ownerOf(pod) === owner).length;
      // Another pod of a StatefulSet may be away for its own reasons.
      return ready.some(({ metadata }) => metadata?.name === name) || count >= (this.#wanted.get(owner ?? '') ?? 0);
    };
    return gone && this.targets.every(isBack);
  }

  #is(target: PodIdentity, pod: V1Pod): boolean {
    return pod.metadata?.uid === target.uid;
  }
}

function titleOf(pods: readonly PodIdentity[]): string {
  return `restart ${namesOf(pods)} gracefully`;
}

function namesOf(pods: readonly PodIdentity[]): string {
  return pods.map((pod) => pod.name).join(', ');
}
