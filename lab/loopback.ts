/** A cluster of the lab's engine on loopback addresses, without Kubernetes, for clients and proofs to be tried on. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { seconds } from '../helpers/wait/deadline.ts';
import { eventually } from '../helpers/wait/eventually.ts';
import { connectZeebe } from '../helpers/zeebe/client.ts';
import { whatIsMissing } from '../helpers/zeebe/topology.ts';

export const LOOPBACK_BROKERS = 3;
const GATEWAY_PORT = 26500;
const INTERNAL_PORT = 26502;
const MANAGEMENT_PORT = 9600;
const WHOLE = 20 * seconds;

export interface Loopback {
  /** host:port of the gateway. */
  readonly address: string;
  /** The folder of data and logs. */
  readonly home: string;
  /** Starts one more gateway, with settings of its own besides; returns its host:port at once. */
  readonly gateway: (settings: Readonly<Record<string, string>>) => string;
  /** Kills brokers, by node id and all at once, with SIGKILL; returns when their processes have ended. */
  readonly kill: (nodes: readonly number[]) => Promise<void>;
  /** Starts brokers that were killed again, on the data that they have left. */
  readonly start: (nodes: readonly number[]) => void;
  /** Returns when every broker is ready and the topology complete; throws after 20 s with what is missing. */
  readonly untilWhole: () => Promise<void>;
  /** Ends every process and removes the data, unless it is to be kept. */
  readonly stop: (options?: { keep?: boolean }) => Promise<void>;
}

/**
 * Starts three brokers with three partitions and a gateway, and returns when all is there; every process has
 * an address of its own below 127, so that all have the usual ports.
 *
 * @param settings what brokers get in their environment besides
 * @throws Error after 20 s with what is missing and what broker 0 says last
 */
export async function startLoopback(
  engine: string,
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Loopback> {
  mkdirSync(folder, { recursive: true });
  const home = mkdtempSync(path.join(folder, 'loopback-'));
  // Tests that run side by side do not meet.
  const net = `127.${80 + (process.pid % 40)}.${Math.floor(process.pid / 40) % 250}`;
  const host = (n: number): string => `${net}.${n + 1}`;
  const nodes = Array.from({ length: LOOPBACK_BROKERS }, (_, n) => n);
  const points = nodes.map((n) => `${host(n)}:${INTERNAL_PORT}`).join(',');

  const running = new Map<string, ChildProcess>();
  const launch = (role: string, name: string, env: Record<string, string>): void => {
    const log = openSync(path.join(home, `${name}.log`), 'a');
    const { PATH = '' } = process.env;
    running.set(name, spawn(engine, [role], { stdio: ['ignore', log, log], env: { PATH, ...env } }));
    closeSync(log);
  };
  const start = (wanted: readonly number[]): void => {
    for (const n of wanted) launch('broker', brokerName(n), { ...brokerEnv(n, host(n), points, home), ...settings });
  };
  let gateways = 0;
  const gateway = (more: Readonly<Record<string, string>>): string => {
    const own = host(LOOPBACK_BROKERS + gateways++);
    launch('gateway', `gateway-${own}`, {
      ZEEBE_GATEWAY_CLUSTER_CLUSTERNAME: 'loopback',
      ZEEBE_GATEWAY_CLUSTER_INITIALCONTACTPOINTS: points,
      ZEEBE_GATEWAY_CLUSTER_HOST: own,
      ZEEBE_GATEWAY_NETWORK_HOST: own,
      ...more,
    });
    return `${own}:${GATEWAY_PORT}`;
  };
  const untilWhole = (): Promise<void> =>
    untilComplete(address, nodes.map(host)).catch((error: unknown) => {
      const log = path.join(home, `${brokerName(0)}.log`);
      const said = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' | ');
      throw new Error(`The engine on loopback is expected to be complete: ${String(error)} Broker 0 says: ${said}`, {
        cause: error,
      });
    });
  const stop = async ({ keep = false } = {}): Promise<void> => {
    await killed([...running.values()]);
    if (!keep) rmSync(home, { recursive: true, force: true });
  };

  start(nodes);
  const address = gateway({});
  try {
    await untilWhole();
  } catch (error) {
    await stop();
    throw error;
  }
  const kill = (wanted: readonly number[]): Promise<void> =>
    killed(wanted.flatMap((n) => running.get(brokerName(n)) ?? []));
  return { address, home, gateway, kill, start, untilWhole, stop };
}

const brokerName = (node: number): string => `broker-${node}`;

async function killed(processes: readonly ChildProcess[]): Promise<void> {
  const alive = processes.filter((child) => child.exitCode === null && child.signalCode === null);
  const ended = alive.map((child) => once(child, 'exit'));
  for (const child of alive) child.kill('SIGKILL');
  await Promise.all(ended);
}

function brokerEnv(node: number, host: string, points: string, home: string): Record<string, string> {
  return {
    ZEEBE_BROKER_CLUSTER_NODEID: String(node),
    ZEEBE_BROKER_CLUSTER_CLUSTERNAME: 'loopback',
    ZEEBE_BROKER_CLUSTER_CLUSTERSIZE: String(LOOPBACK_BROKERS),
    ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT: '3',
    ZEEBE_BROKER_GATEWAY_ENABLE: 'false',
    ZEEBE_BROKER_CLUSTER_REPLICATIONFACTOR: '3',
    ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS: points,
    ZEEBE_BROKER_NETWORK_ADVERTISEDHOST: host,
    ZEEBE_BROKER_NETWORK_HOST: host,
    ZEEBE_BROKER_DATA_DIRECTORY: path.join(home, `data-${node}`),
  };
}

async function untilComplete(address: string, brokers: readonly string[]): Promise<void> {
  const client = connectZeebe({ address });
  try {
    await eventually(
      async () => {
        // A gateway remembers for a moment what a killed broker said last: brokers that are back are asked themselves.
        const missing = (await Promise.all(brokers.map(obstacles))).flat();
        if (missing.length === 0) missing.push(...whatIsMissing(await client.topology({ within: 2 * seconds })));
        return { value: missing.length === 0 || undefined, seen: missing.join(' ') };
      },
      { within: WHOLE, every: 50 },
    );
  } finally {
    client.close();
  }
}

async function obstacles(host: string): Promise<string[]> {
  const answer = await fetch(`http://${host}:${MANAGEMENT_PORT}/ready`, { signal: AbortSignal.timeout(2 * seconds) });
  return answer.ok ? [] : [await answer.text()];
}
