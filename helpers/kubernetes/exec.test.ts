import { KubeConfig } from '@kubernetes/client-node';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Kubernetes } from './connection.ts';
import { exec } from './exec.ts';

const place = { namespace: 'zeebe', pod: 'camunda-zeebe-0', container: 'zeebe' };

function apiServerAt(port: number): Kubernetes {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'c', server: `https://127.0.0.1:${port}`, skipTLSVerify: true }, { name: 'u' });
  return { config } as Kubernetes;
}

/** A TCP server that takes connections and never says a word. */
async function silence() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    // Read on, or the end of the connection is never seen.
    sockets.push(socket.resume().on('error', () => undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const end = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  onTestFinished(end);
  return { port: (server.address() as AddressInfo).port, end };
}

describe('a command whose end is not seen', () => {
  test('because there is no API server is told with the reason', async () => {
    const { port, end } = await silence();
    end();
    await expect(exec(apiServerAt(port), place, ['ip', 'route'])).rejects.toThrow(
      new Error(
        `\`ip route\` in camunda-zeebe-0/zeebe was expected to end and could not be started: connect ECONNREFUSED 127.0.0.1:${port}.`,
      ),
    );
  });

  test('is given up at its bound, and what becomes of it after that disturbs nobody', async () => {
    const { port, end } = await silence();
    await expect(exec(apiServerAt(port), place, ['sleep', '60'], { within: 30 })).rejects.toThrow(
      new Error('`sleep 60` in camunda-zeebe-0/zeebe was expected to end within 30 ms, and did not.'),
    );
    // The connection fails only now; an error that nobody handles would fail the run.
    end();
    await delay(30);
  });

  test('is given up when the test is aborted', async () => {
    const { port } = await silence();
    const test = new AbortController();
    setTimeout(() => test.abort(), 20);
    await expect(exec(apiServerAt(port), place, ['true'], { signal: test.signal })).rejects.toThrow(
      new Error('`true` in camunda-zeebe-0/zeebe was expected to end before the test was aborted, and did not.'),
    );
  });
});
