/**
 * The right to put faults into a namespace, which one run at a time has: a coordination.k8s.io Lease.
 *
 * Its times follow Kubernetes' own leader election (client-go, tools/leaderelection): what counts is how long one has
 * seen the Lease unchanged, by one's own clock, and never the time that is written in it.
 */
import type { V1Lease } from '@kubernetes/client-node';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode, reasonOf } from '../kubernetes/apply.ts';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { deadline, seconds, spell } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import { isHeldBy, readLease, recordOf, RUN_LEASE, type LeaseTimes } from './lease-record.ts';

const USUAL: LeaseTimes = { duration: 15 * seconds, every: 3 * seconds };

export interface RunLeaseOptions {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly run: string;
  /** Who holds it, for people: a host and a process. */
  readonly who: string;
  /** Takes a line on what is waited for. */
  readonly say: (line: string) => void;
  /** Called once, with a sentence, if somebody else has it while this run thought to hold it. */
  readonly onLost?: (why: string) => void;
  readonly times?: LeaseTimes;
}

/** Another run has the namespace. */
class NamespaceInUse extends Error {
  override readonly name = 'NamespaceInUse';
}

/**
 * Takes the Lease of a namespace and renews it until it is released. One that is not renewed any more is taken over
 * after 15 s; one of the same run, whose process has died, at once.
 *
 * @throws NamespaceInUse naming the holder that renews it; Error with the API server's reason
 */
export async function takeRunLease(options: RunLeaseOptions): Promise<RunLease> {
  const { namespace, say, times = USUAL } = options;
  const lease = new RunLease(options, times);
  let seen: V1Lease | undefined;
  let since = performance.now();
  for (;;) {
    const now = await lease.tryToTake(seen !== undefined && performance.now() - since >= times.duration);
    if (!now) return lease;
    const holder = now.spec?.holderIdentity ?? 'nobody';
    if (!seen) say(`Namespace ${namespace} is held by run ${holder}; seeing whether it still goes on …`);
    else if (now.metadata?.resourceVersion !== seen.metadata?.resourceVersion)
      throw new NamespaceInUse(
        `One run at a time is expected in namespace ${namespace}, and run ${holder} is at work there: wait until it has ended. (Its Lease ${RUN_LEASE} is renewed; one that is not is taken over after ${spell(times.duration)}.)`,
      );
    if (!seen) since = performance.now();
    seen = now;
    await delay(times.every / 6);
  }
}

export class RunLease {
  readonly #options: RunLeaseOptions;
  readonly #times: LeaseTimes;
  readonly #ending = new AbortController();
  #held: V1Lease | undefined;
  /** When it was last known to be held, by this process's clock. */
  #renewed = performance.now();
  #renewing: Promise<void> = Promise.resolve();

  /** @internal use `takeRunLease` */
  constructor(options: RunLeaseOptions, times: LeaseTimes) {
    this.#options = options;
    this.#times = times;
  }

  /**
   * Takes the Lease if it is free, this run's own, or may be taken over; returns the one that stands in the way.
   *
   * @internal
   */
  async tryToTake(takeOver: boolean): Promise<V1Lease | undefined> {
    const { coordination } = this.#options.kubernetes;
    const { namespace } = this.#options;
    try {
      const there = await this.#read();
      if (there && !takeOver && !this.#isMine(there)) return there;
      this.#held = there
        ? await coordination.replaceNamespacedLease({
            name: RUN_LEASE,
            namespace,
            body: recordOf(this.#options, this.#times, there),
          })
        : await coordination.createNamespacedLease({ namespace, body: recordOf(this.#options, this.#times) });
    } catch (error) {
      // Somebody was faster.
      if (hasCode(error, 409)) return this.tryToTake(false);
      throw new Error(`The Lease ${RUN_LEASE} in namespace ${namespace} was expected to be had: ${reasonOf(error)}`, {
        cause: error,
      });
    }
    this.#renewed = performance.now();
    this.#renewing = this.#keepRenewing();
    return undefined;
  }

  /** Gives the Lease back, unless somebody else has it; throws if the API server does not answer within 10 s. */
  async release(): Promise<void> {
    this.#ending.abort();
    await this.#renewing;
    await retry(() => this.#remove(), { title: `Releasing the Lease ${RUN_LEASE}`, within: 10 * seconds });
  }

  async #remove(): Promise<void> {
    const there = await this.#read();
    if (!there || !this.#isMine(there)) return;
    const { uid, resourceVersion } = there.metadata ?? {};
    const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) };
    const { kubernetes, namespace } = this.#options;
    await kubernetes.coordination.deleteNamespacedLease({ name: RUN_LEASE, namespace, body: { preconditions } });
  }

  async #keepRenewing(): Promise<void> {
    const { signal } = this.#ending;
    for (;;) {
      await delay(this.#times.every, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      const lost = await inTime(this.#renew(), this.#times.every);
      if (lost === undefined) continue;
      this.#options.onLost?.(lost);
      return;
    }
  }

  /** Returns why the Lease is lost; undefined if it was renewed, or if that cannot be known now. */
  async #renew(): Promise<string | undefined> {
    const { kubernetes, namespace } = this.#options;
    const { coordination } = kubernetes;
    try {
      this.#held = await coordination.replaceNamespacedLease({
        name: RUN_LEASE,
        namespace,
        body: recordOf(this.#options, this.#times, this.#held),
      });
      this.#renewed = performance.now();
      return undefined;
    } catch {
      // Whatever it was: what the Lease says counts.
    }
    try {
      const there = await this.#read();
      if (!there) return `The Lease ${RUN_LEASE} of this run is gone from namespace ${namespace}.`;
      if (!this.#isMine(there))
        return `Run ${there.spec?.holderIdentity} has taken the Lease ${RUN_LEASE} of namespace ${namespace} over.`;
      // A renewal whose answer was lost, or one that is refused while everything else goes on.
      this.#held = there;
      const { duration, every } = this.#times;
      if (performance.now() - this.#renewed < duration - every) return undefined;
      return `The Lease ${RUN_LEASE} of this run could not be renewed in namespace ${namespace} for ${spell(performance.now() - this.#renewed)}.`;
    } catch {
      // An API server that does not answer lets nobody take it over, and no fault in.
      return undefined;
    }
  }

  #read(): Promise<V1Lease | undefined> {
    return readLease(this.#options.kubernetes, this.#options.namespace);
  }

  #isMine(lease: V1Lease): boolean {
    return isHeldBy(this.#options.run, lease.spec?.holderIdentity);
  }
}

/** The answer, or undefined if it does not come in time: the next renewal must not wait for one that hangs. */
async function inTime<T>(answer: Promise<T>, within: number): Promise<T | undefined> {
  const limit = deadline({ within });
  const late = new Promise<undefined>((resolve) => {
    limit.onPassed(() => resolve(undefined));
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    limit.clear();
  }
}
