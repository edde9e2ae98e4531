/** A cluster of the lab's engine on loopback addresses, without Kubernetes, for clients to be tried on. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { seconds } from '../../helpers/wait/deadline.ts';
import { eventually } from '../../helpers/wait/eventually.ts';
import { connectZeebe } from '../../helpers/zeebe/client.ts';
import { whatIsMissing } from '../../helpers/zeebe/topology.ts';

const BROKERS = 3;
const GATEWAY_PORT = 26500;
const INTERNAL_PORT = 26502;

export interface Loopback {
  /** host:port of the gateway. */
  readonly address: string;
  /** Ends every process and removes the data. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts three brokers with three partitions and a gateway, and returns when the topology is complete; every process has
 * an address of its own below 127, so that all have the usual ports. Throws after 20 s with what their logs say last.
 */
export async function startLoopback(engine: string, folder: string): Promise<Loopback> {
  mkdirSync(folder, { recursive: true });
  const home = mkdtempSync(path.join(folder, 'loopback-'));
  // Tests that run side by side do not meet.
  const net = `127.${80 + (process.pid % 40)}.${Math.floor(process.pid / 40) % 250}`;
  const host = (n: number): string => `${net}.${n + 1}`;
  const points = Array.from({ length: BROKERS }, (_, n) => `${host(n)}:${INTERNAL_PORT}`).join(',');
  const gateway = host(BROKERS);
  const children: ChildProcess[] = [];
  const start = (role: string, name: string, env: Record<string, string>): void => {
    const log = openSync(path.join(home, `${name}.log`), 'a');
    const { PATH = '' } = process.env;
    children.push(spawn(engine, [role], { stdio: ['ignore', log, log], env: { PATH, ...env } }));
  };
  const stop = async (): Promise<void> => {
    const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
    const ended = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ended);
    rmSync(home, { recursive: true, force: true });
  };

  for (let n = 0; n < BROKERS; n++) start('broker', `broker-${n}`, brokerEnv(n, host(n), points, home));
  start('gateway', 'gateway', {
    ZEEBE_GATEWAY_CLUSTER_CLUSTERNAME: 'loopback',
    ZEEBE_GATEWAY_CLUSTER_INITIALCONTACTPOINTS: points,
    ZEEBE_GATEWAY_CLUSTER_HOST: gateway,
    ZEEBE_GATEWAY_NETWORK_HOST: gateway,
  });
  const address = `${gateway}:${GATEWAY_PORT}`;
  try {
    await untilComplete(address);
  } catch (error) {
    const said = readFileSync(path.join(home, 'broker-0.log'), 'utf8').trim().split('\n').slice(-3).join(' | ');
    await stop();
    throw new Error(`The engine on loopback is expected to be complete: ${String(error)} Broker 0 says: ${said}`, {
      cause: error,
    });
  }
  return { address, stop };
}

function brokerEnv(node: number, host: string, points: string, home: string): Record<string, string> {
  return {
    ZEEBE_BROKER_CLUSTER_NODEID: String(node),
    ZEEBE_BROKER_CLUSTER_CLUSTERNAME: 'loopback',
    ZEEBE_BROKER_CLUSTER_CLUSTERSIZE: String(BROKERS),
    ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT: '3',
    ZEEBE_BROKER_CLUSTER_REPLICATIONFACTOR: '3',
    ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS: points,
    ZEEBE_BROKER_NETWORK_ADVERTISEDHOST: host,
    ZEEBE_BROKER_NETWORK_HOST: host,
    ZEEBE_BROKER_DATA_DIRECTORY: path.join(home, `data-${node}`),
  };
}

async function untilComplete(address: string): Promise<void> {
  const client = connectZeebe({ address });
  try {
    await eventually(
      async () => {
        const missing = whatIsMissing(await client.topology({ within: 2 * seconds }));
        return { value: missing.length === 0 || undefined, seen: missing.join(' ') };
      },
      { within: 20 * seconds, every: 50 },
    );
  } finally {
    client.close();
  }
}
