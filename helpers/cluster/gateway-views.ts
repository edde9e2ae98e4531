/** The cluster as each gateway knows it. */
import type { V1Pod } from '@kubernetes/client-node';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { forward, type Forward } from '../kubernetes/port-forward.ts';
import { seconds } from '../wait/deadline.ts';
import type { ZeebeAccess } from '../zeebe/access.ts';
import { connectZeebe, type ZeebeClient } from '../zeebe/client.ts';
import { whatIsMissing } from '../zeebe/topology.ts';
import { gatewayPortOf } from './resolve.ts';
import { refuseAccess } from './who-asks.ts';

/**
 * Returns a sentence for each thing that is missing at a gateway; what it throws counts as one.
 *
 * @param start tells one start of a gateway from the next
 */
export type GatewayLook = (client: ZeebeClient, start: string) => Promise<string[]>;

/**
 * Asks every gateway, over a connection to each.
 *
 * A gateway is ready before gossip has told it of every broker, up to 10 s before with Zeebe's defaults
 * (docs/findings.md): what one gateway knows says nothing about another.
 */
export class GatewayViews {
  readonly #kubernetes: Kubernetes;
  readonly #namespace: string;
  readonly #access: ZeebeAccess;
  readonly #connections = new Map<string, Promise<Connection>>();
  readonly #knowing = new Set<string>();

  constructor(kubernetes: Kubernetes, namespace: string, access: ZeebeAccess) {
    this.#kubernetes = kubernetes;
    this.#namespace = namespace;
    this.#access = access;
  }

  /** One sentence for each thing that keeps the topology from being complete at one of the gateways; empty = complete at all. */
  whatIsMissing(gateways: readonly V1Pod[]): Promise<string[]> {
    return this.missing(gateways, async (client, start) => {
      const missing = whatIsMissing(await client.topology({ within: 5 * seconds }));
      if (missing.length === 0) this.#knowing.add(start);
      return missing;
    });
  }

  /** One sentence for each thing that a look through one of the gateways misses. */
  async missing(gateways: readonly V1Pod[], look: GatewayLook): Promise<string[]> {
    if (gateways.length === 0) return ['No gateway is ready.'];
    const starts = gateways.map(startOf);
    await this.#closeUnless((start) => starts.includes(start));
    const told = await Promise.all(
      gateways.map(async (pod) => ({ gateway: pod.metadata?.name ?? '', missing: await this.#missingAt(pod, look) })),
    );
    return together(told);
  }

  /** Those of the gateways that were found to know the whole cluster, or all where none was. */
  knowing(gateways: readonly V1Pod[]): readonly V1Pod[] {
    const knowing = gateways.filter((pod) => this.#knowing.has(startOf(pod)));
    return knowing.length > 0 ? knowing : gateways;
  }

  async close(): Promise<void> {
    await this.#closeUnless(() => false);
  }

  async #missingAt(pod: V1Pod, look: GatewayLook): Promise<string[]> {
    try {
      const { client } = await this.#connectionTo(pod);
      return await look(client, startOf(pod));
    } catch (error) {
      refuseAccess(error, this.#access);
      return [`It does not answer: ${error instanceof Error ? error.message : String(error)}.`];
    }
  }

  #connectionTo(pod: V1Pod): Promise<Connection> {
    const start = startOf(pod);
    const connection = this.#connections.get(start) ?? connect(this.#kubernetes, this.#namespace, this.#access, pod);
    this.#connections.set(start, connection);
    connection.catch(() => this.#connections.delete(start));
    return connection;
  }

  async #closeUnless(keep: (start: string) => boolean): Promise<void> {
    for (const [start, connection] of this.#connections) {
      if (keep(start)) continue;
      this.#connections.delete(start);
      const made = await connection.catch(() => undefined);
      made?.client.close();
      await made?.way.close();
    }
  }
}

interface Connection {
  readonly way: Forward;
  readonly client: ZeebeClient;
}

async function connect(
  kubernetes: Kubernetes,
  namespace: string,
  access: ZeebeAccess,
  pod: V1Pod,
): Promise<Connection> {
  const way = await forward(kubernetes, namespace, gatewayPortOf, () => pod);
  return { way, client: connectZeebe({ address: way.address, access }) };
}

/** What tells one start of a gateway from the next, which knows nothing of what the one before knew. */
function startOf(pod: V1Pod): string {
  const containers = pod.status?.containerStatuses ?? [];
  return [pod.metadata?.uid, ...containers.map(({ containerID }) => containerID)].join(' ');
}

/** What all gateways miss, and then what only this one or that one does. */
export function together(told: readonly { gateway: string; missing: readonly string[] }[]): string[] {
  const byAll = (sentence: string) => told.every(({ missing }) => missing.includes(sentence));
  const own = told.map(({ gateway, missing }) => ({ gateway, missing: missing.filter((m) => !byAll(m)) }));
  return [
    ...(told[0]?.missing ?? []).filter(byAll),
    ...own.filter((o) => o.missing.length > 0).map((o) => `${o.gateway}: ${o.missing.join(' ')}`),
  ];
}
