/** The shapes of a Zeebe cluster; a plan's name is also the folder of its experiments under `suites`. */

export interface Plan {
  readonly name: string;
  readonly brokers: number;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly gateways: number;
}

const plans: readonly Plan[] = [
  { name: 'production-s', brokers: 3, partitions: 1, replicationFactor: 3, gateways: 2 },
  { name: 'production-m', brokers: 3, partitions: 3, replicationFactor: 3, gateways: 2 },
  { name: 'production-l', brokers: 6, partitions: 8, replicationFactor: 3, gateways: 2 },
];

export const DEFAULT_PLAN = 'production-m';

/** Whether there is a plan of that name. */
export function isPlan(name: string): boolean {
  return plans.some((p) => p.name === name);
}

/** Returns the plan of that name; throws naming the plans there are. */
export function planNamed(name: string): Plan {
  const plan = plans.find((p) => p.name === name);
  if (!plan) throw new Error(`There is no plan "${name}"; the plans are ${plans.map((p) => p.name).join(', ')}.`);
  return plan;
}

/** Says how a cluster differs from the plan of that name; undefined where it does not, or where there is no such plan. */
export function unlikePlan(
  name: string,
  found: { clusterSize: number; partitionsCount: number; replicationFactor: number },
): string | undefined {
  const plan = plans.find((p) => p.name === name);
  if (!plan) return undefined;
  const shape = (brokers: number, partitions: number, replicationFactor: number) =>
    `${brokers} brokers, ${partitions} partitions and replication factor ${replicationFactor}`;
  const wanted = shape(plan.brokers, plan.partitions, plan.replicationFactor);
  const there = shape(found.clusterSize, found.partitionsCount, found.replicationFactor);
  if (wanted === there) return undefined;
  return `${name} is for ${wanted}; this cluster has ${there}: its experiments take what there is, and say nothing of the plan's shape.`;
}
