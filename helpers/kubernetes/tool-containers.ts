/** The tool containers of a run. */
import type { V1Pod } from '@kubernetes/client-node';
import { CleanupTrouble } from '../verdict/errors.ts';
import { seconds } from '../wait/deadline.ts';
import type { Kubernetes } from './connection.ts';
import { exec, type Place } from './exec.ts';
import type { PodWatch } from './pod-watch.ts';
import type { PodIdentity } from './pods.ts';
import {
  END,
  hasEnded,
  startToolContainer,
  USUAL_LEASE,
  type Common,
  type Lease,
  type ToolContainer,
  type ToolNeeds,
} from './tool-container.ts';

/** All tool containers of a run, made when first needed and reused. */
export class ToolContainers {
  readonly #common: Common;
  readonly #containers = new Map<string, Promise<ToolContainer>>();
  #over = false;

  /**
   * @param name what the names of the tool containers begin with
   * @param lease another one than 30 s, renewed every 5 s
   */
  constructor(
    kubernetes: Kubernetes,
    namespace: string,
    pods: PodWatch,
    image: string,
    name: string,
    lease: Lease = USUAL_LEASE,
  ) {
    this.#common = { kubernetes, namespace, pods, image, name, lease };
  }

  /**
   * Returns the tool container in a pod for such needs, starting it if there is none.
   *
   * @throws Error if it does not run within 20 s, or after `endAll`: nobody would end it
   */
  in(pod: PodIdentity, needs: ToolNeeds = {}): Promise<ToolContainer> {
    if (this.#over) return Promise.reject(new Error(`The tool containers ${this.#common.name}-* have ended for good.`));
    const { processesOf = '', volume = '', capabilities = [], user = 0 } = needs;
    const key = [pod.uid, processesOf, volume, capabilities.join(','), user].join(' ');
    const known = this.#containers.get(key);
    const tools = known
      ? known.then((container) =>
          hasEnded(this.#common.pods, container) && !this.#over
            ? startToolContainer(this.#common, pod, needs)
            : container,
        )
      : startToolContainer(this.#common, pod, needs);
    // Set before anything is awaited: two that ask at the same time get the same container.
    this.#containers.set(key, tools);
    tools.catch(() => this.#containers.delete(key));
    return tools;
  }

  /** Ends every tool container of the run for good; returns how many stay in the records of their pods; throws CleanupTrouble if one did not. */
  async endAll(): Promise<number> {
    this.#over = true;
    const containers = await Promise.allSettled(this.#containers.values());
    this.#containers.clear();
    const started = containers.filter((c) => c.status === 'fulfilled').map((c) => c.value);
    const ends = await Promise.allSettled(
      started.filter((c) => !hasEnded(this.#common.pods, c)).map((c) => this.#end(c)),
    );
    const errors = ends.filter((e) => e.status === 'rejected').map((e) => e.reason as Error);
    if (errors.length > 0)
      throw new CleanupTrouble(`Tool containers were expected to end: ${errors.map(String).join('; ')}`);
    return started.length;
  }

  /** What nobody could be told of, since it has ended a moment ago, has ended. */
  async #end(container: ToolContainer): Promise<void> {
    await container.end().catch(async (error: unknown) => {
      const ended = () => hasEnded(this.#common.pods, container);
      await this.#common.pods.until(`${container.name} to end`, ended, { within: 45 * seconds }).catch(() => {
        throw error;
      });
    });
  }
}

/** What the names of every run's tool containers begin with. */
export const OF_ANY_RUN = 'zeebe-chaos';

/** The tool containers that run in some pods, of those whose names begin with `<prefix>-`. */
export function runningToolContainers(pods: readonly V1Pod[], prefix: string): Omit<Place, 'namespace'>[] {
  return pods.flatMap((pod) =>
    (pod.status?.ephemeralContainerStatuses ?? [])
      .filter(({ name, state }) => name.startsWith(`${prefix}-`) && state?.running)
      .map(({ name }) => ({ pod: pod.metadata?.name ?? '', container: name })),
  );
}

/** Where the tool containers of a run are looked for. */
export interface ToolContainerPlace {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly pods: PodWatch;
}

/**
 * Ends every tool container whose name begins with `prefix`, whoever started it, and returns when none runs any more:
 * what each carried is lifted then, and no command in it is under way.
 *
 * @throws Error if one does not end within 20 s
 */
export async function endToolContainers(place: ToolContainerPlace, prefix: string): Promise<void> {
  const { kubernetes, namespace, pods } = place;
  const running = (all: readonly V1Pod[]) => runningToolContainers(all, prefix);
  const found = running(pods.all());
  // One that ends meanwhile answers no command.
  await Promise.allSettled(found.map((one) => exec(kubernetes, { namespace, ...one }, ['bash', '-c', END])));
  await pods.until(`the tool containers ${prefix}-* to end`, (all) => running(all).length === 0, {
    within: 20 * seconds,
  });
}
