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

/** Returns the plan of that name; throws naming the plans there are. */
export function planNamed(name: string): Plan {
  const plan = plans.find((p) => p.name === name);
  if (!plan) throw new Error(`There is no plan "${name}"; the plans are ${plans.map((p) => p.name).join(', ')}.`);
  return plan;
}
